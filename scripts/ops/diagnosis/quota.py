"""What the user had left: then, as the claim's lines tell, and now, as Firestore has it.

The log names no user (docs/privacy.md), so whoever wants the counters of now has to say whose.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore import Client

from conteur.adapters.firestore_commits import quota_path
from conteur.domain.quota import day_of
from scripts.ops.diagnosis.calls import Call
from scripts.ops.place import Place, emulated

SECONDS = 5.0
COUNTERS = ("stories", "running")
_LIMITS = ("stories_limit", "running_limit")
_SHOWN = (
    *("status.state", "status.attempt", "status.startTime", "status.updateTime"),
    *("status.leaseUntil", "status.completeTime", "status.error.reason"),
    *("status.error.retryable", "words", "finish", "model"),
)
"""Of a story, what is nobody's text: its title, its prose and what was asked for stay unread."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A user's counters of the day, and their limits.

    They are those after this claim; of a refused one, which counts for nothing, those before it.
    """

    counters: Mapping[str, int]

    def __str__(self) -> str:
        """Return it for people."""
        told = self.counters
        parts = [
            f"{told[name]} of {told.get(f'{name}_limit', '?')} {what}"
            for name, what in (("stories", "stories of the day"), ("running", "at once"))
            if name in told
        ]
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class QuotaNow:
    """What Firestore has of the user now: counters of the call's day, and the story's state.

    `problem` says why it could not be read; empty where it could.
    """

    day: str
    counters: Mapping[str, int] = field(default_factory=dict)
    story: Mapping[str, Any] | None = None
    problem: str = ""

    def __str__(self) -> str:
        """Return it for people."""
        if self.problem:
            return self.problem
        counted = ", ".join(f"{name} {value}" for name, value in self.counters.items())
        story = "there is no document of this story" if self.story is None else _flat(self.story)
        return f"counters of {self.day}: {counted or 'none'}; the story's document: {story}"


def quota_of(call: Call) -> Quota | None:
    """Return what the last line that tells of the user's counters says; None where none does."""
    for line in reversed(call.lines):
        counted = {name: line.number(name) for name in (*COUNTERS, *_LIMITS)}
        known = {name: round(value) for name, value in counted.items() if value is not None}
        if known.keys() & set(COUNTERS):
            return Quota(known)
    return None


def quota_now(place: Place, uid: str, story_id: str, began: datetime) -> QuotaNow:
    """Read a user's counters of the day that the call began on, and the story's state.

    It takes 5 seconds for each of both at most, and never raises: what went wrong is told.
    """
    day = day_of(began)
    if not uid or "/" in uid or "/" in story_id or not story_id:
        return QuotaNow(day, problem="That is no user's id: look it up in the complaint.")
    try:
        with emulated(place):
            client = Client(project=place.project)
        try:
            return _read(client, uid, story_id, day)
        finally:
            client.close()
    except (GoogleAPICallError, GoogleAuthError, RetryError, ValueError) as error:
        return QuotaNow(day, problem=_told(error))


def _read(client: Client, uid: str, story_id: str, day: str) -> QuotaNow:
    counters = client.document(quota_path(uid, day)).get(COUNTERS, retry=None, timeout=SECONDS)
    document = client.document(f"users/{uid}/stories/{story_id}")
    story = document.get(_SHOWN, retry=None, timeout=SECONDS)
    counted = {
        name: value for name, value in (counters.to_dict() or {}).items() if isinstance(value, int)
    }
    return QuotaNow(day, counted, story.to_dict() if story.exists else None)


def _told(error: Exception) -> str:
    return (
        f"Firestore could not be read ({type(error).__name__}): run `gcloud auth "
        "application-default login`, and see that you have roles/datastore.viewer in the project."
    )


def _flat(fields: Mapping[str, Any], before: str = "") -> str:
    parts = [
        _flat(value, f"{before}{name}.")
        if isinstance(value, Mapping)
        else f"{before}{name} {value}"
        for name, value in fields.items()
    ]
    return ", ".join(parts)
