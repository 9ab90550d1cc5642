"""Moving in from an older deployment: docs/migrating.md."""
