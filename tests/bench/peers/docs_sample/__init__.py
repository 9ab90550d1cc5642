"""The yardstick."""
