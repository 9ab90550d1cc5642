"""A release: its version, its part of the changelog, its pull request, gates, tag and notes."""
