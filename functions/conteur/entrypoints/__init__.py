"""What the outside calls: callables, streaming or whole, and HTTP routes."""
