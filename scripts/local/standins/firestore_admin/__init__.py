"""Firestore's administration: databases, indexes, TTL policies, backups."""
