"""Every way to fail that we know, told as rows: docs/architecture.md says what holds in all."""
