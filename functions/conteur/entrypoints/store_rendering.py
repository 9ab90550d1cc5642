"""What the store's routes answer, as JSON; pure, for answers are kept with what they tell of."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Store
from conteur.domain.store.links import store_url
from conteur.domain.store.onboarding import Requirements, Step, StepDefinition
from conteur.domain.store.publication import Blocked, Published, Unpublished
from conteur.entrypoints.http import problem
from conteur.errors import StepsMissingError

OK = 200

_PUBLISHED = {False: "Your store is public now.", True: "Your store is public already."}
_UNPUBLISHED = {False: "Your store is private now.", True: "Your store is private already."}


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders the answers to one request. `warnings` are about its body."""

    api_url: str
    correlation: UUID
    warnings: tuple[str, ...] = ()

    def publication(self, outcome: Published | Blocked) -> Answer:
        """Return what became of a request to publish."""
        if isinstance(outcome, Blocked):
            return self._problem(steps_missing(outcome))
        store = outcome.store
        body = {
            "storeUrl": store_url(self.api_url, store.slug),
            "publishedAt": _time(store.published_at),
            "alreadyPublished": outcome.already,
        }
        return self._done(_PUBLISHED[outcome.already], body, store.etag)

    def unpublication(self, outcome: Unpublished) -> Answer:
        """Return what became of a request to unpublish."""
        body = {"alreadyUnpublished": outcome.already}
        return self._done(_UNPUBLISHED[outcome.already], body, outcome.store.etag)

    def status(self, store: Store, due: Requirements) -> Answer:
        """Return how a store stands."""
        shown = {
            "slug": store.slug,
            "name": store.name,
            "published": store.published_at is not None,
            "publishedAt": _time(store.published_at),
            "storeUrl": store_url(self.api_url, store.slug),
        }
        body = {
            "store": shown,
            "requirements": requirements_json(due),
            "canPublish": not due.currently_due,
        }
        return self._ok(body, store.etag)

    def public_store(self, store: Store) -> Answer:
        """Return what everybody may see of a store."""
        body = {
            "slug": store.slug,
            "name": store.name,
            "publishedAt": _time(store.published_at),
        }
        return self._ok(body)

    def onboarding(self, steps: Sequence[Step], progress: int, due: Requirements) -> Answer:
        """Return an author's steps; `progress` is in percent."""
        body = {
            "steps": [step_json(step) for step in steps],
            "progress": progress,
            "requirements": requirements_json(due),
        }
        return self._ok(body)

    def completed(self, step: Step) -> Answer:
        """Return a step that is done."""
        return self._done("This step is done.", {"step": step_json(step)})

    def snoozed(self, step: Step) -> Answer:
        """Return a step that was put off."""
        return self._done("This step was put off.", {"step": step_json(step)})

    def verdict(self, *, taken: bool) -> Answer:
        """Return to a provider whether its call was `taken` now, or before."""
        message = "Taken." if taken else "Taken before: nothing was changed."
        return self._done(message, {"alreadyTaken": not taken})

    def plain(self, body: Mapping[str, Any]) -> Answer:
        """Return a body as it is."""
        return Answer(OK, _json(body))

    def _done(self, message: str, body: Mapping[str, Any], etag: str | None = None) -> Answer:
        said = {"success": True, "message": message, **body}
        return self._ok({**said, "warnings": list(self.warnings)}, etag)

    def _ok(self, body: Mapping[str, Any], etag: str | None = None) -> Answer:
        return Answer(OK, _json({**body, "correlationId": str(self.correlation)}), etag)

    def _problem(self, error: StepsMissingError) -> Answer:
        body = problem.body_of(error, self.api_url, self.correlation)
        return Answer(problem.status_of(error), body)


def requirements_json(due: Requirements) -> dict[str, Any]:
    """Return what is missing, as Stripe words it."""
    return {
        "currently_due": [step.id for step in due.currently_due],
        "pending_verification": [step.id for step in due.pending_verification],
        "errors": [{"requirement": error.step, "reason": error.reason} for error in due.errors],
    }


def step_json(step: Step) -> dict[str, Any]:
    """Return a step, and how far its author is."""
    definition, current = step.definition, step.current
    return {
        **_missing_json(definition),
        "description": definition.description,
        "required": definition.required,
        "weight": definition.weight,
        "status": current.status.value,
        "completedAt": _time(current.completed_at),
        "completedBy": definition.completer.value,
        "snoozeUntil": _time(current.snooze_until),
        "snoozeCount": current.snooze_count,
        "verification": None if current.verification is None else current.verification.value,
        "verificationReason": current.verification_reason,
    }


def steps_missing(blocked: Blocked) -> StepsMissingError:
    """Return the error that tells of a closed gate."""
    due = blocked.requirements
    first = due.currently_due[0]
    members = {
        "missingStep": first.id,
        "action": first.action.as_json(),
        "missingSteps": [_missing_json(step) for step in due.currently_due],
        "requirements": requirements_json(due),
    }
    return StepsMissingError(f"a step is missing: {first.title}", first.id, members)


def _missing_json(step: StepDefinition) -> dict[str, Any]:
    return {
        "id": step.id,
        "version": step.version,
        "title": step.title,
        "action": step.action.as_json(),
    }


def _time(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)
