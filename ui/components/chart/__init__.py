"""The line chart."""
