"""The Cloud Run Admin API: services, revisions and their traffic."""
