"""The floor of a publication."""
