"""What is recorded of an author's onboarding, and the mail that goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class EventType(StrEnum):
    """What happened."""

    GATING_BLOCKED = "gating.blocked"
    STORE_PUBLISHED = "store.published"
    STORE_UNPUBLISHED = "store.unpublished"
    STEP_COMPLETED = "onboarding.step_completed"
    STEP_SNOOZED = "onboarding.step_snoozed"
    STEP_VERIFICATION = "onboarding.step_verification"


@dataclass(frozen=True, slots=True)
class Event:
    """One row of `onboarding_events`."""

    author_id: str
    type: EventType
    correlation_id: UUID
    step: str | None = None
    version: int | None = None
    metadata: Mapping[str, str | int | list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail to be sent: of which kind, to whom, and what its text says."""

    author_id: str
    kind: str
    recipient: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DueMail:
    """A mail that is taken to be sent; `attempt` counts from 1."""

    id: UUID
    kind: str
    recipient: str
    facts: Mapping[str, str]
    attempt: int
