"""What the operating commands share: the deploy plan."""
