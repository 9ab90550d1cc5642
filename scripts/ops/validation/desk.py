"""What the checks of one validation work with, and what they leave to each other."""

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.cloud.firestore import Client

from scripts.ops.logbook.reader import Logbook
from scripts.ops.monitoring.reading.prometheus_api import Prometheus
from scripts.ops.operations.site import Site
from scripts.ops.validation.accounts import User
from scripts.ops.validation.alerts import Alerts
from scripts.ops.validation.announcing import Announcer
from scripts.ops.validation.answers import Reply, Story
from scripts.ops.validation.calling import Caller, Headers
from scripts.ops.validation.endpoints import STORE, Endpoints
from scripts.ops.validation.errors import FoundError
from scripts.ops.validation.waiting import Waiting

PUBLISH = "/api/store/publish"
STORY = "generate_story"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is waited for what comes later, in seconds: Google's services take their time.

    https://cloud.google.com/monitoring/api/v3/latency-n-retention: custom metrics are seen within
    minutes; policies look every minute.
    """

    log: float = 120.0
    metrics: float = 300.0
    alert: float = 420.0


LOCALLY = Limits(log=20.0, metrics=45.0, alert=40.0)


@dataclass(slots=True)
class Seen:
    """What checks have found out, for later ones.

    `calls` are those that were completed, `off` what to say of knobs that are turned off.
    """

    story: Story | None = None
    asked: dict[str, Any] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    before: Mapping[str, float] | None = None
    off: Mapping[str, str] = field(default_factory=dict)
    began: float = 0.0


@dataclass(frozen=True, slots=True)
class Desk:
    """One validation at work. `author` gives the synthetic author's token, or raises CheckError.

    `now` answers Unix seconds; `app_check` the headers that an app adds. `untried` are functions
    on trial that no check calls; `knobs` says of which parts are turned off, or raises CheckError.
    """

    site: Site
    endpoints: Endpoints
    caller: Caller
    user: User
    app_check: Callable[[], Headers]
    author: Callable[[], str]
    firestore: Client
    log: Logbook
    prometheus: Prometheus
    alerts: Alerts
    announcer: Announcer
    waiting: Waiting
    limits: Limits
    now: Callable[[], float]
    times: int
    untried: Collection[str] = ()
    knobs: Callable[[], Mapping[str, str]] = dict
    seen: Seen = field(default_factory=Seen)

    def headers(self) -> Headers:
        """Return what an app of the user sends."""
        return {"Authorization": f"Bearer {self.user.token}", **self.app_check()}

    def call(self, function: str, data: Mapping[str, Any]) -> Reply:
        """Call a function as the user's app does."""
        return self.caller.post(self.endpoints[function].url, {"data": dict(data)}, self.headers())

    def replay(self) -> Reply:
        """Ask again for the story that is told already: it costs nothing. Raises FoundError."""
        if self.seen.story is None:
            raise FoundError("there is no story to ask for again")
        reply = self.call(STORY, self.seen.asked)
        self.completed(STORY, reply)
        return reply

    def publish(self) -> Reply:
        """Publish the synthetic shop. Raises CheckError where there is no store."""
        token = self.author()
        reply = self.caller.post(
            f"{self.endpoints[STORE].url}{PUBLISH}",
            {"confirmPublish": True},
            {"Authorization": f"Bearer {token}"},
        )
        self.completed(STORE, reply)
        return reply

    def completed(self, function: str, reply: Reply) -> None:
        """Count a call, if it was completed."""
        self.seen.calls[function] += reply.status == 200  # noqa: PLR2004 - HTTP's own


def wish() -> dict[str, Any]:
    """Return what a synthetic user asks for: a short story, by an id of its own."""
    return {
        "prompt": "A lighthouse keeper who counts the stars",
        "language": "en",
        "length": {"words": 50},
        "requestId": str(uuid.uuid4()),
    }
