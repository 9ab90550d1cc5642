"""The table `idempotency_records`."""

from datetime import datetime
from typing import LiteralString

from conteur.adapters.postgres.session import Session
from conteur.domain.store.answer import Answer, KeptAnswer
from conteur.errors import IdempotencyInFlightError

IN_FLIGHT_SECONDS = 1.0

_HOLD: LiteralString = "SELECT pg_try_advisory_xact_lock(hashtextextended(%(held)s, 0))"
# A statement of its own: one that also took the lock would not see what its holder had kept.
_RECALL: LiteralString = """
SELECT status, body, etag, fingerprint FROM idempotency_records
WHERE user_id = %(author)s AND route = %(route)s AND key = %(key)s AND expires_at > now()
"""
_KEEP: LiteralString = """
INSERT INTO idempotency_records
    (user_id, route, key, fingerprint, status, body, etag, expires_at)
VALUES (%(author)s, %(route)s, %(key)s, %(fingerprint)s, %(status)s, %(body)s, %(etag)s,
        %(expires)s)
ON CONFLICT (user_id, route, key) DO UPDATE
SET fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body,
    etag = excluded.etag, expires_at = excluded.expires_at
"""
_FORGET: LiteralString = """
DELETE FROM idempotency_records
WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_records WHERE expires_at <= %(now)s
    ORDER BY expires_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
))
"""


def recall(session: Session, author_id: str, route: str, key: str) -> KeptAnswer | None:
    """Hold the key until the transaction ends, and return what it was answered.

    Raises IdempotencyInFlightError where another transaction holds it.
    """
    held = session.row(_HOLD, {"held": f"{author_id}\n{route}\n{key}"})
    if held != (True,):
        raise IdempotencyInFlightError(
            "the same request is being answered: send it again in a second",
            retry_after_seconds=IN_FLIGHT_SECONDS,
        )
    row = session.row(_RECALL, {"author": author_id, "route": route, "key": key})
    if row is None:
        return None
    status, body, etag, fingerprint = row
    return KeptAnswer(Answer(status, body, etag), fingerprint)


def keep(
    session: Session,
    author_id: str,
    route: str,
    key: str,
    kept: KeptAnswer,
    expires: datetime,
) -> None:
    """Keep an answer, in the place of one that has expired."""
    session.later(
        _KEEP,
        {
            "author": author_id,
            "route": route,
            "key": key,
            "fingerprint": kept.fingerprint,
            "status": kept.answer.status,
            "body": kept.answer.body,
            "etag": kept.answer.etag,
            "expires": expires,
        },
    )


def forget_answers(session: Session, now: datetime, most: int) -> int:
    """Delete answers that have expired; return how many."""
    return session.changed(_FORGET, {"now": now, "most": most})
