"""Cloud Monitoring: series, descriptors, alert policies, notification channels, dashboards."""
