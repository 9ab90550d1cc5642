"""The rules of docs/migrations.md, and the guide's question to the database."""
