"""What a learner takes along."""
