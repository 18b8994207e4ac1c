"""Fields, buttons and panels around a training."""
