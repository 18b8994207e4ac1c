"""The story of the first page."""
