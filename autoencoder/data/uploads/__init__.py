"""Learners' own pictures: read safely, framed, enlarged where they are few, and split into a set to train on."""
