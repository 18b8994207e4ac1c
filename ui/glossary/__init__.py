"""The glossary, and its words on every page."""
