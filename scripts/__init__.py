"""Commands that set the project up, run it here, test it and operate it."""
