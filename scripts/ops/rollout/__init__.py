"""Deploys an environment: the order of its parts, the canary, and going back."""
