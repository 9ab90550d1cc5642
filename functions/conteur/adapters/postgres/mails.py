"""The table `mail_outbox`."""

from datetime import datetime, timedelta
from typing import LiteralString

from psycopg.types.json import Jsonb

from conteur.adapters.postgres.session import Session
from conteur.domain.store.events import DueMail, NewMail

LONGEST_PROBLEM = 500
KEPT_MAIL = timedelta(days=30)  # after its end, for whoever asks what became of it

_POST: LiteralString = """
INSERT INTO mail_outbox (user_id, kind, recipient, facts)
VALUES (%(author)s, %(kind)s, %(recipient)s, %(facts)s)
"""
# Materialized: a plan that ran the inner query again would take more than `most`.
_TAKE: LiteralString = """
WITH due AS MATERIALIZED (
    SELECT id, due_at FROM mail_outbox
    WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= %(now)s
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE mail_outbox mail SET due_at = %(until)s, attempts = attempts + 1
    FROM due WHERE mail.id = due.id
    RETURNING mail.id, mail.kind, mail.recipient, mail.facts, mail.attempts, due.due_at AS was_due
)
SELECT id, kind, recipient, facts, attempts FROM taken ORDER BY was_due, id
"""
_SENT: LiteralString = """
UPDATE mail_outbox SET sent_at = %(now)s, given_up_at = NULL, last_error = NULL WHERE id = %(id)s
"""
_FAILED: LiteralString = """
UPDATE mail_outbox
SET last_error = %(problem)s, due_at = coalesce(%(again)s::timestamptz, due_at),
    given_up_at = CASE WHEN %(again)s::timestamptz IS NULL THEN now() END
WHERE id = %(id)s AND sent_at IS NULL
"""
_FORGET: LiteralString = """
DELETE FROM mail_outbox
WHERE id = ANY (ARRAY(
    SELECT id FROM mail_outbox
    WHERE (sent_at IS NOT NULL OR given_up_at IS NOT NULL) AND due_at < %(before)s
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
))
"""


def post(session: Session, mail: NewMail) -> None:
    """Put a mail in, to be sent as soon as may be."""
    session.later(
        _POST,
        {
            "author": mail.author_id,
            "kind": mail.kind,
            "recipient": mail.recipient,
            "facts": Jsonb(dict(mail.facts)),
        },
    )


def take(session: Session, most: int, now: datetime, until: datetime) -> list[DueMail]:
    """Take the mails that are due the longest, past those that others are taking."""
    rows = session.rows(_TAKE, {"most": most, "now": now, "until": until})
    return [DueMail(*row) for row in rows]


def sent(session: Session, mail: DueMail, now: datetime) -> None:
    """Note that a mail was sent."""
    session.changed(_SENT, {"id": mail.id, "now": now})


def failed(session: Session, mail: DueMail, problem: str, again: datetime | None) -> None:
    """Note why a mail was not sent; without `again` nobody takes it any more."""
    session.changed(_FAILED, {"id": mail.id, "problem": problem[:LONGEST_PROBLEM], "again": again})


def forget_mails(session: Session, now: datetime, most: int) -> int:
    """Delete mails that were sent or given up a month ago, addresses and all; return how many."""
    return session.changed(_FORGET, {"before": now - KEPT_MAIL, "most": most})
