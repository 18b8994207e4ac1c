"""The encoders and the decoders."""
