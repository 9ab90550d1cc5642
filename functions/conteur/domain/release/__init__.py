"""A story's text on its way out: what it must not tell, and the windows it is judged in."""
