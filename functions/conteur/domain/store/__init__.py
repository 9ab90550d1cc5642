"""Authors and their stores: what may be published, and what is answered."""
