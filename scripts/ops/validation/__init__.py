"""Looks at a deployed service as its users, its operators and its alerts see it."""
