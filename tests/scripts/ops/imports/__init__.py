"""Moving in from an older deployment."""
