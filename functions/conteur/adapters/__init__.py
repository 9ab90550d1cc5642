"""The outside world, one file a system, behind the Protocols of the use cases."""
