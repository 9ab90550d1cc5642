"""Alerts, dashboard and descriptors as code: made of the registry of metrics and `monitoring/`."""
