"""What networks make of a picture while somebody draws it."""
