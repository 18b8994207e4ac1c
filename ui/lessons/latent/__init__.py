"""The lesson Latent space."""
