"""How the lock files are made, and how to tell without a network that they are up to date."""
