"""Hourglass: learn autoencoders by training them. The library, which knows nothing of the web pages."""
