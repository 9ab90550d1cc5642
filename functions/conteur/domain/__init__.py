"""Values and rules of telling stories: no I/O, no clock, no randomness."""
