"""The composer of networks."""
