"""Google's REST services, and the frame that they stand in."""
