"""Answer a request once for its Idempotency-Key, and the same whenever it comes again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from conteur.domain.store.answer import Answer, KeptAnswer
from conteur.domain.store.author import Author
from conteur.domain.store.idempotency import kept_until, replay
from conteur.use_cases.store.asks import Idempotency, Render
from conteur.use_cases.store.ports import Transaction

_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True, slots=True)
class Answered(Generic[_Outcome]):
    """An answer, and what became of the request; None where the answer is an earlier one."""

    answer: Answer
    outcome: _Outcome | None


class Once(Generic[_Outcome]):
    """One request with its key, if it has one; a key belongs to its author and `scope`.

    The answer is kept in the transaction that it tells of, so there is never one without the
    other. An attempt whose commit was not acknowledged finds its own answer, which is then no
    earlier one.
    """

    def __init__(self, idempotency: Idempotency | None, scope: str, now: datetime) -> None:
        self._idempotency = idempotency
        self._scope = scope
        self._now = now
        self._own: Answered[_Outcome] | None = None

    def __call__(
        self,
        transaction: Transaction,
        author: Author,
        decide: Callable[[], _Outcome],
        render: Render[_Outcome],
    ) -> Answered[_Outcome]:
        """Return the first answer to the key, or decide and keep the answer to that.

        Raises IdempotencyInFlightError, IdempotencyKeyReusedError, and what `decide` does,
        of which nothing is kept.
        """
        if self._idempotency is None:
            return _answered(decide(), render)
        key, fingerprint = self._idempotency.key, self._idempotency.fingerprint
        kept = transaction.recall(author.id, self._scope, key)
        if kept is not None:
            return self._again(kept, fingerprint)
        self._own = _answered(decide(), render)
        answer = KeptAnswer(self._own.answer, fingerprint)
        transaction.keep(author.id, self._scope, key, answer, kept_until(self._now))
        return self._own

    def _again(self, kept: KeptAnswer, fingerprint: str) -> Answered[_Outcome]:
        if self._own and self._own.answer == kept.answer:
            return self._own
        return Answered(replay(kept, fingerprint), None)


def _answered(outcome: _Outcome, render: Render[_Outcome]) -> Answered[_Outcome]:
    return Answered(render(outcome), outcome)
