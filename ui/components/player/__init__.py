"""The player of pictures."""
