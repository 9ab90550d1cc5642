"""The floor of the stack."""
