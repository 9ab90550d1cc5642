"""What is kept of an operation: who did what, when and why, and how far it came."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from scripts.ops.operations.errors import OperationError


class Kind(StrEnum):
    """What is done."""

    PREFLIGHT = "preflight"
    DEPLOY = "deploy"
    VALIDATE = "validate"
    ROLLBACK = "rollback"
    RELEASE = "release"


class State(StrEnum):
    """How far it came. RUNNING is also what was killed on the way."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    WENT_BACK = "went back"
    STOPPED = "stopped"  # half done, by an error, Ctrl-C or somebody who took its place


@dataclass(frozen=True, slots=True)
class Step:
    """One step that is over: its name, what it did, when."""

    name: str
    said: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """An operation. `asked` is what it was told, `facts` what its steps have found out.

    `commit` is that of the checkout; `ended` None while it runs. Both mappings hold JSON only.
    """

    id: str
    kind: Kind
    environment: str
    by: str
    reason: str
    commit: str
    began: datetime
    state: State = State.RUNNING
    ended: datetime | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    def with_step(self, step: Step) -> "Record":
        """Return it with one step more."""
        return replace(self, steps=(*self.steps, step))

    def with_facts(self, **facts: object) -> "Record":
        """Return it with facts more, or newer ones."""
        return replace(self, facts={**self.facts, **facts})

    def over(self, state: State, at: datetime) -> "Record":
        """Return it as it ended."""
        return replace(self, state=state, ended=at)

    def said(self, name: str) -> str | None:
        """Return what a step did; None where it is not over."""
        return next((step.said for step in self.steps if step.name == name), None)


def new_id(kind: Kind, at: datetime) -> str:
    """Return an id that sorts by time and says what it is of: `20261123-003105-deploy-4f2a`."""
    return f"{at:%Y%m%d-%H%M%S}-{kind}-{uuid4().hex[:4]}"


def document(record: Record) -> dict[str, Any]:
    """Return what Firestore keeps, and what --json prints."""
    return {
        "id": record.id,
        "kind": record.kind.value,
        "environment": record.environment,
        "by": record.by,
        "reason": record.reason,
        "commit": record.commit,
        "began": record.began,
        "state": record.state.value,
        "ended": record.ended,
        "asked": dict(record.asked),
        "facts": dict(record.facts),
        "steps": [{"name": each.name, "said": each.said, "at": each.at} for each in record.steps],
    }


class UnreadableError(OperationError):
    """What is there is no record that this version of the commands knows."""


def read(fields: Mapping[str, Any]) -> Record:
    """Return the record of a document. Raises UnreadableError for what is none."""
    try:
        return _read(fields)
    except (KeyError, TypeError, ValueError) as error:
        named = fields.get("id", "without an id")
        raise UnreadableError(
            f"The record {named} is not of this version of the commands ({error!r}). It was left "
            "as it is. Use the checkout that wrote it, or a newer one."
        ) from error


def _read(fields: Mapping[str, Any]) -> Record:
    return Record(
        id=str(fields["id"]),
        kind=Kind(fields["kind"]),
        environment=str(fields["environment"]),
        by=str(fields["by"]),
        reason=str(fields["reason"]),
        commit=str(fields["commit"]),
        began=fields["began"],
        state=State(fields["state"]),
        ended=fields["ended"],
        asked=fields["asked"],
        facts=fields["facts"],
        steps=tuple(Step(each["name"], each["said"], each["at"]) for each in fields["steps"]),
    )
