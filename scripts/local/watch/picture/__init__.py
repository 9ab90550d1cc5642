"""The README's picture of the dashboard: a made-up hour, drawn by the real page."""
