"""Asking a Prometheus how the service does, and telling it against the thresholds."""
