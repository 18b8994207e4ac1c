"""The lesson Denoising."""
