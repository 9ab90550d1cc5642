"""What is measured and logged; nothing here opens a connection."""
