"""The boxes of the check lists before a deploy: each is run, looked at, or asked of a person."""
