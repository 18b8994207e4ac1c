"""Bananas that are drawn here, ripe and rotten."""
