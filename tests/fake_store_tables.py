"""The rows that FakeStoreDatabase keeps."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from conteur.domain.store.answer import KeptAnswer
from conteur.domain.store.author import Author, Store
from conteur.domain.store.events import Event, NewMail
from conteur.domain.store.onboarding import Progress, StepDefinition

ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True)
class ActiveStep:
    """A row of `onboarding_step_definitions`, and when it counts."""

    definition: StepDefinition
    active_from: datetime = ALWAYS[0]
    active_to: datetime = ALWAYS[1]


@dataclass(frozen=True)
class KeptMail:
    """A row of `mail_outbox`."""

    id: UUID
    mail: NewMail
    due: datetime = ALWAYS[0]
    attempts: int = 0
    sent: datetime | None = None
    given_up: bool = False
    problem: str = ""


@dataclass
class Tables:
    """All rows, by their keys."""

    authors: dict[str, Author] = field(default_factory=dict)
    firebase: dict[str, str] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    steps: dict[tuple[str, int], ActiveStep] = field(default_factory=dict)
    progress: dict[tuple[str, str], Progress] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    mails: dict[UUID, KeptMail] = field(default_factory=dict)
    kept: dict[tuple[str, str, str], tuple[KeptAnswer, datetime]] = field(default_factory=dict)
    calls: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def copy(self) -> "Tables":
        return Tables(**{name: rows.copy() for name, rows in vars(self).items()})
