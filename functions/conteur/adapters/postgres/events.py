"""The tables `onboarding_events` and `provider_calls`: what has happened."""

from datetime import datetime, timedelta
from typing import LiteralString

from psycopg.types.json import Jsonb

from conteur.adapters.postgres.session import Session
from conteur.domain.store.events import Event

KEPT_CALL = timedelta(days=30)  # longer than providers repeat a call
KEPT_BLOCK = timedelta(days=180)  # an author may cause many; all else is the author's history

_RECORD: LiteralString = """
INSERT INTO onboarding_events (user_id, event_type, step_id, version, metadata, correlation_id)
VALUES (%(author)s, %(type)s, %(step)s, %(version)s, %(metadata)s, %(correlation)s)
"""
_TAKE_CALL: LiteralString = """
INSERT INTO provider_calls (provider, call_id) VALUES (%(provider)s, %(call)s)
ON CONFLICT DO NOTHING
"""
_FORGET: LiteralString = """
DELETE FROM provider_calls
WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM provider_calls WHERE received_at < %(before)s
    ORDER BY received_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
))
"""
_FORGET_BLOCKS: LiteralString = """
DELETE FROM onboarding_events
WHERE id = ANY (ARRAY(
    SELECT id FROM onboarding_events
    WHERE event_type = 'gating.blocked' AND created_at < %(before)s
    ORDER BY created_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
))
"""


def record(session: Session, event: Event) -> None:
    """Add an event."""
    session.later(
        _RECORD,
        {
            "author": event.author_id,
            "type": event.type,
            "step": event.step,
            "version": event.version,
            "metadata": Jsonb(dict(event.metadata)),
            "correlation": event.correlation_id,
        },
    )


def take_call(session: Session, provider: str, call_id: str) -> bool:
    """Note a call; False where it is there. Waits for whoever is noting the same one."""
    return session.changed(_TAKE_CALL, {"provider": provider, "call": call_id}) == 1


def forget_calls(session: Session, now: datetime, most: int) -> int:
    """Delete calls that came more than a month ago; return how many."""
    return session.changed(_FORGET, {"before": now - KEPT_CALL, "most": most})


def forget_blocks(session: Session, now: datetime, most: int) -> int:
    """Delete half a year old records of what the gate blocked; return how many."""
    return session.changed(_FORGET_BLOCKS, {"before": now - KEPT_BLOCK, "most": most})
