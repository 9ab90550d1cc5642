"""The steps before a publication: who has to take which, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

MOST_SNOOZES = 3
SNOOZE_DAYS = 7


class StepStatus(StrEnum):
    """How far a step is."""

    TODO = "todo"
    DONE = "done"
    SKIPPED = "skipped"


class Completer(StrEnum):
    """Who may say that a step is done."""

    PERSON = "person"
    PROVIDER = "provider"


class Verification(StrEnum):
    """What a provider says of a step that is not done."""

    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Action:
    """What an app does to have a step done: opens a modal, or goes to a URL."""

    type: Literal["open_modal", "redirect"]
    target: str

    def as_json(self) -> dict[str, str]:
        """Return the action as apps get it."""
        return {"type": self.type, "modal" if self.type == "open_modal" else "url": self.target}


@dataclass(frozen=True, slots=True)
class StepDefinition:
    """A step as it stands now. No `markets` are all, no `roles` everybody's list."""

    id: str
    version: int
    title: str
    description: str
    required: bool
    weight: int
    position: int
    completer: Completer
    action: Action
    markets: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an author is with a step; `version` is the definition's that this was about."""

    version: int
    status: StepStatus = StepStatus.TODO
    snooze_until: datetime | None = None
    snooze_count: int = 0
    completed_by: str | None = None
    completed_at: datetime | None = None
    verification: Verification | None = None
    verification_reason: str = ""
    row_version: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A definition, and how far the author is with it; None before they have begun."""

    definition: StepDefinition
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class StepError:
    """Why a provider did not accept a step."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Requirements:
    """What stands between a store and its publication, as Stripe says it of an account.

    `currently_due` are the required steps that are missing, in their order; of these,
    `pending_verification` wait for a provider, and `errors` were refused by one.
    """

    currently_due: tuple[StepDefinition, ...] = ()
    pending_verification: tuple[StepDefinition, ...] = ()
    errors: tuple[StepError, ...] = field(default_factory=tuple)


def requirements(steps: Sequence[Step], market: str) -> Requirements:
    """Return what an author of `market` still has to do."""
    raise NotImplementedError
