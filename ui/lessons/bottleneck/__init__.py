"""The lesson Bottleneck."""
