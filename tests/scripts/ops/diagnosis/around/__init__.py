"""What was around a request."""
