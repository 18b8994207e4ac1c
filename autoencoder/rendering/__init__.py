"""Arrays and figures to look at."""
