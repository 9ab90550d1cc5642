"""The outbox, and what is deleted in time."""

from collections.abc import Callable
from datetime import datetime

from conteur.adapters.postgres import events, idempotency, mails
from conteur.adapters.postgres.pool import PostgresPool
from conteur.adapters.postgres.session import Session
from conteur.domain.deadline import Deadline
from conteur.domain.store.events import DueMail

FORGET_AT_ONCE = 1000
FORGET_ROUNDS = 20

_Forget = Callable[[Session, datetime, int], int]


class PostgresOutbox:
    """Implements ports.MailOutbox; each method is a transaction, `forget` several short ones."""

    def __init__(self, pool: PostgresPool) -> None:
        self._pool = pool

    def take(self, most: int, now: datetime, until: datetime, deadline: Deadline) -> list[DueMail]:
        """Take mails that are due; nobody else gets them before `until`."""
        with self._pool.session(deadline) as session:
            taken = mails.take(session, most, now, until)
            session.commit()
        return taken

    def sent(self, mail: DueMail, now: datetime, deadline: Deadline) -> None:
        """Note that a mail is on its way."""
        with self._pool.session(deadline) as session:
            mails.sent(session, mail, now)
            session.commit()

    def failed(
        self, mail: DueMail, problem: str, again: datetime | None, deadline: Deadline
    ) -> None:
        """Note why a mail was not taken, and when to try again."""
        with self._pool.session(deadline) as session:
            mails.failed(session, mail, problem, again)
            session.commit()

    def forget(self, now: datetime, deadline: Deadline) -> int:
        """Delete what has expired, as much as FORGET_ROUNDS transactions of each kind may."""
        kinds: tuple[_Forget, ...] = (
            idempotency.forget_answers,
            events.forget_calls,
            events.forget_blocks,
            mails.forget_mails,
        )
        return sum(self._forget(forget, now, deadline) for forget in kinds)

    def _forget(self, forget: _Forget, now: datetime, deadline: Deadline) -> int:
        forgotten = 0
        for _ in range(FORGET_ROUNDS):
            with self._pool.session(deadline) as session:
                deleted = forget(session, now, FORGET_AT_ONCE)
                session.commit()
            forgotten += deleted
            if deleted < FORGET_AT_ONCE:
                break
        return forgotten
