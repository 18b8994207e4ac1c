"""What is drawn in the browser, with its JavaScript and CSS."""
