"""What a project should have in Cloud Monitoring, what it has, and making the two the same."""
