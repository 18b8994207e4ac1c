"""Try a picture of your own."""
