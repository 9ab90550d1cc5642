"""The least that publishes a store: the product's statements by psycopg, one after the other.

Posted a JSON array of authors, it publishes the store of each, so many at once, and prints what
each took in milliseconds, the wait for a connection included.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import uuid4

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

BEGIN = """
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT set_config('statement_timeout', '20000', true), set_config('lock_timeout', '5000', true),
       set_config('idle_in_transaction_session_timeout', '25000', true)
"""
AUTHOR = "SELECT id, coalesce(email, ''), market, role, blocked FROM users WHERE id = %s"
STORE = """
SELECT id, user_id, slug, name, row_version, synthetic, published_at, publication_id
FROM stores WHERE user_id = %s FOR UPDATE
"""
STEPS = """
SELECT step.*, p.version, p.status, p.snooze_until, p.snooze_count, p.completed_by, p.completed_at,
       p.verification, coalesce(p.verification_reason, ''), p.row_version
FROM (
    SELECT DISTINCT ON (id) id, version, title, description, required, weight, position,
           completed_by, action, market_rule, role_visibility
    FROM onboarding_step_definitions
    WHERE active_from <= %(now)s AND active_to > %(now)s
    ORDER BY id, version DESC
) step
LEFT JOIN user_onboarding p ON p.user_id = %(author)s AND p.step_id = step.id
ORDER BY step.position, step.id
"""
PUBLISH = """
UPDATE stores
SET published_at = %s, publication_id = %s, row_version = row_version + 1
WHERE id = %s AND user_id = %s AND row_version = %s
RETURNING id, user_id, slug, name, row_version, synthetic, published_at, publication_id
"""
EVENT = """
INSERT INTO onboarding_events (user_id, event_type, step_id, version, metadata, correlation_id)
VALUES (%s, %s, %s, %s, %s, %s)
"""


pool = ConnectionPool(
    os.environ["DATABASE_URL"],
    kwargs={"autocommit": True},
    min_size=int(os.environ["CONNECTIONS"]),
    open=True,
)
threads = ThreadPoolExecutor(int(os.environ["AT_ONCE"]))


def publish(connection: Connection[TupleRow], author: str) -> None:
    """Publish the author's store."""
    run, now, request = connection.execute, datetime.now(UTC), uuid4()
    run(BEGIN, prepare=False)
    run(AUTHOR, [author]).fetchone()
    store, _, _, _, version, *_ = run(STORE, [author]).fetchone() or ()
    run(STEPS, {"author": author, "now": now}).fetchall()
    if not run(PUBLISH, [now, request, store, author, version]).fetchone():
        raise LookupError(author)
    metadata = Jsonb({"publication": str(request)})
    run(EVENT, [author, "store.published", None, None, metadata, uuid4()])
    run("COMMIT", prepare=False)


def timed(author: str) -> float:
    """Publish, and return the milliseconds that it took."""
    began = time.perf_counter()
    with pool.connection() as connection:
        publish(connection, author)
    return 1000 * (time.perf_counter() - began)


class Handler(BaseHTTPRequestHandler):
    """Answers when all stores are published."""

    def do_POST(self) -> None:
        """Publish, and print what each took."""
        authors = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sys.stdout.write(f"{json.dumps(list(threads.map(timed, authors)))}\n")
        sys.stdout.flush()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_request(self, *_: object) -> None:
        """Print nothing else."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
