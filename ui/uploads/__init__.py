"""A learner's own pictures."""
