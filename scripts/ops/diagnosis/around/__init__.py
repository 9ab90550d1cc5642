"""What was around a request: metrics, dependencies, other requests, changes."""
