"""The store in PostgreSQL, over psycopg."""
