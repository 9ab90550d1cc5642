"""The dashboard: tiles of monitoring/dashboard.yaml, and what Cloud Monitoring takes."""
