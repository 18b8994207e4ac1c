"""The lesson The family."""
