"""What only `firebase deploy` calls, and the door through which the real one comes."""
