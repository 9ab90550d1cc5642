"""What authors and providers ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from conteur.domain.deadline import Deadline
from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Subject
from conteur.domain.store.onboarding import StepStatus, Verification

_Outcome = TypeVar("_Outcome")

Render = Callable[[_Outcome], Answer]
"""Makes the answer to an outcome; it is pure, for its answer is kept within the transaction."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A caller's Idempotency-Key, and the SHA-256 of the body that came with it."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of an author.

    `correlation` may be the caller's choice, `request` is this request's own. `if_match` are the
    entity tags that `If-Match` names, None where it is absent; `*` is any.
    """

    subject: Subject
    route: str
    correlation: UUID
    request: UUID
    deadline: Deadline
    idempotency: Idempotency | None = None
    if_match: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ProviderCall:
    """What the provider of a step says of an author; `status` is DONE, or `verification` why not.

    `id` is the provider's own: a repeated one changes nothing.
    """

    step: str
    id: str
    author_id: str
    status: StepStatus
    verification: Verification | None
    reason: str
    at: datetime
    correlation: UUID
    deadline: Deadline
