"""What the operating commands share: where they work, the record they leave, and their steps."""
