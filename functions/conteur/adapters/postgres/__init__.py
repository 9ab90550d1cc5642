"""Authors and stores in PostgreSQL: a pool, a transaction, and the statements by table.

Behind pgbouncer in transaction mode, give psycopg's prepared statements up
(`prepare_threshold=None`) unless it has `max_prepared_statements`:
https://www.psycopg.org/psycopg3/docs/advanced/prepare.html#using-prepared-statements-with-pgbouncer.
Nothing else here outlives a transaction but the time zone, which pgbouncer keeps for each client.
"""
