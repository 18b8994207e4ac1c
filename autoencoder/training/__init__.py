"""Settings, fitting, background jobs and the store of trained models."""
