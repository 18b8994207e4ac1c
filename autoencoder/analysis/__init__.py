"""What is worked out from a trained network and pictures."""
