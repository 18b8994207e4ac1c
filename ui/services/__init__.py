"""What all sessions share: trainings, the store, caches, errors."""
