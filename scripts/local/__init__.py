"""The local stack: its processes, emulators, stand-ins and embedded model."""
