"""The scatter plot."""
