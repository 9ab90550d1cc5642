"""What an Idempotency-Key promises: the same request is answered the same, for a day.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from dataclasses import replace
from datetime import datetime, timedelta

from conteur.domain.store.answer import Answer, KeptAnswer
from conteur.errors import IdempotencyKeyReusedError

KEPT_HOURS = 24


def kept_until(now: datetime) -> datetime:
    """Return until when an answer of `now` is kept."""
    return now + timedelta(hours=KEPT_HOURS)


def replay(kept: KeptAnswer, fingerprint: str) -> Answer:
    """Return the first answer again. Raises IdempotencyKeyReusedError for another body."""
    if kept.fingerprint != fingerprint:
        raise IdempotencyKeyReusedError(
            "this Idempotency-Key came with another body: make a new key for each request"
        )
    return replace(kept.answer, replayed=True)
