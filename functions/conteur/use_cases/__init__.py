"""What the product does, one verb a file, against the Protocols of ports.py."""
