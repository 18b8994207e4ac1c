"""What a learner takes along: the trained network as a file for Keras, and its run as a script and a notebook."""
