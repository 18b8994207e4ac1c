"""What a learner takes along: a run as a script and a notebook, figures and tables."""
