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

    def is_of(self, market: str) -> bool:
        """Tell whether authors of the market have the step."""
        return not self.markets or market in self.markets

    def is_shown_to(self, role: str) -> bool:
        """Tell whether the role's list has the step; the gate asks no role."""
        return not self.roles or role in self.roles


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

    @property
    def current(self) -> Progress:
        """Return the progress with the definition's version: of an older one nothing counts."""
        version = self.definition.version
        if self.progress is None:
            return Progress(version)
        if self.progress.version != version:
            return Progress(version, row_version=self.progress.row_version)
        return self.progress

    @property
    def done(self) -> bool:
        """Tell whether the step is done, as its definition stands now."""
        return self.current.status is StepStatus.DONE


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


def of_market(steps: Sequence[Step], market: str) -> list[Step]:
    """Return the steps that authors of `market` have."""
    return [step for step in steps if step.definition.is_of(market)]


def requirements(steps: Sequence[Step], market: str) -> Requirements:
    """Return what an author of `market` still has to do; a step that is put off is due as well."""
    due = [step for step in of_market(steps, market) if step.definition.required and not step.done]
    refused = [step for step in due if step.current.verification is Verification.FAILED]
    return Requirements(
        currently_due=tuple(step.definition for step in due),
        pending_verification=tuple(
            step.definition for step in due if step.current.verification is Verification.PENDING
        ),
        errors=tuple(
            StepError(step.definition.id, step.current.verification_reason) for step in refused
        ),
    )


def percent_done(steps: Sequence[Step], market: str) -> int:
    """Return how much is done of the steps of `market`, by their weights, from 0 to 100.

    Rounded down: 100 only where nothing of any weight is left.
    """
    own = of_market(steps, market)
    total = sum(step.definition.weight for step in own)
    done = sum(step.definition.weight for step in own if step.done)
    return 100 * done // total if total else 100
