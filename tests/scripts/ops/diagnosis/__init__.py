"""Tests of what is said of one request."""
