"""What a number of stories a minute takes, costs and meets: docs/scaling.md, as a model."""
