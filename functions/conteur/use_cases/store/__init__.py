"""What authors have done: one use case a file, and ports.py, what these need of the world."""
