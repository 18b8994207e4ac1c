"""The page's settings in its address."""
