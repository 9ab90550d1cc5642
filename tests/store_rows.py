"""What tests put into the store's database, and what they find there."""

from datetime import datetime
from typing import LiteralString

import psycopg
from psycopg.rows import TupleRow

_USERS = """
INSERT INTO users (id, email, market)
SELECT unnest(%(authors)s::text[]), unnest(%(authors)s::text[]) || '@example.com', 'FR'
"""
_STORES = """
INSERT INTO stores (user_id, slug, name)
SELECT author, author || '-shop', 'The shop of ' || author FROM unnest(%(authors)s::text[]) author
"""
_DONE = """
INSERT INTO user_onboarding (user_id, step_id, version, status, completed_by, completed_at)
SELECT author, id, version, 'done', 'test', now()
FROM onboarding_step_definitions, unnest(%(authors)s::text[]) author
WHERE required AND (market_rule IS NULL OR market_rule -> 'in' ? 'FR')
"""
# A store is public if and only if there is one event, and it is that of the same publication.
_UNSOUND = """
SELECT stores.user_id FROM stores
LEFT JOIN onboarding_events event
    ON event.user_id = stores.user_id AND event.event_type = 'store.published'
GROUP BY stores.id
HAVING count(event.id) <> CASE WHEN stores.published_at IS NULL THEN 0 ELSE 1 END
    OR bool_or(event.metadata ->> 'publication' <> stores.publication_id::text)
"""
# To the millisecond, as authors are told.
_PUBLISHED = """
SELECT user_id, date_trunc('milliseconds', published_at) FROM stores WHERE published_at IS NOT NULL
"""
_EVENTS = """
SELECT count(*) FROM onboarding_events
WHERE user_id = %(author)s AND event_type = 'store.published'
"""
_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = 'conteur' AND wait_event_type = 'Lock'
"""


def add_authors(database: str, *authors: str, done: bool = True) -> None:
    """Add authors in France with a store each; `done`: with all that is required of them."""
    with psycopg.connect(database) as connection:
        for statement in (_USERS, _STORES, *((_DONE,) if done else ())):
            connection.execute(statement, {"authors": list(authors)})


def add_firebase_user(database: str, author: str, uid: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE users SET firebase_uid = %s WHERE id = %s", (uid, author))


def unsound(database: str) -> list[str]:
    """Return whose store is public without its one event, or has an event of something else."""
    return [str(row[0]) for row in rows(database, _UNSOUND)]


def published(database: str) -> dict[str, datetime]:
    """Return when the stores that are public were published, by their authors."""
    return dict(rows(database, _PUBLISHED))


def events(database: str, author: str) -> int:
    """Return how many publications of the author were recorded."""
    return int(rows(database, _EVENTS, author=author)[0][0])


def waiting(database: str) -> int:
    """Return how many of the function's statements wait for a lock."""
    return int(rows(database, _WAITING)[0][0])


def rows(database: str, statement: LiteralString, **parameters: object) -> list[TupleRow]:
    with psycopg.connect(database) as connection:
        return connection.execute(statement, parameters).fetchall()
