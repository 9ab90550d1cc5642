"""A service to validate, in this process: each part of it can be broken by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from google.cloud.firestore import Client

from scripts.ops.logbook.line import Line
from scripts.ops.logbook.query import Query
from scripts.ops.logbook.reader import Logbook
from scripts.ops.monitoring.reading.answers import Answer, Answers, Sample
from scripts.ops.monitoring.reading.prometheus_api import Prometheus
from scripts.ops.operations.errors import LostError, OperationError
from scripts.ops.operations.site import Site
from scripts.ops.validation.accounts import User
from scripts.ops.validation.announcing import Announcer
from scripts.ops.validation.answers import Event, Reply
from scripts.ops.validation.around import Around
from scripts.ops.validation.calling import Caller
from scripts.ops.validation.desk import Desk, Limits
from scripts.ops.validation.endpoints import Endpoint
from scripts.ops.validation.errors import FoundError, LeftOutError
from scripts.ops.validation.knobs import GENERATION, STORE

ROOT = Path(__file__).parents[4]
PUBLISHED_AT = "2026-11-23T00:00:00.000Z"
UID, TEXT = "synthetic", "Once upon a time."
REVISION = "story-00002"
STORE_OFF = {"status": 503, "error": "STORE_DISABLED", "detail": "publishing is closed"}
STORIES_OFF = {"error": {"message": "no stories now", "details": {"reason": "FEATURE_DISABLED"}}}


@dataclass
class World:
    """A service that does well. A test changes what a field says."""

    states: dict[str, str] = field(default_factory=lambda: {"firestore": "ok"})
    kept_text: str = TEXT
    forgets: bool = False
    knows_knobs: bool = True
    tokenless: int = 401
    stream_end: bool = True
    publishes_anew: bool = False
    has_store: bool = True
    severity: str = "INFO"
    revision: str = REVISION
    logs: bool = True
    counts: bool = True
    can_fire: bool = True
    can_end: bool = True
    broken: float = 0.0
    slow: float = 0.1
    erases: bool = True
    deletes: bool = True
    interrupted: bool = False
    at: float = 1_800_000_000.0
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    counted: float = 100.0
    firing: bool = False
    raised: list[int] = field(default_factory=list)
    accounts: set[str] = field(default_factory=lambda: {UID})
    untried: tuple[str, ...] = ()
    off: dict[str, str] = field(default_factory=dict)
    """What is said of the knobs that are turned off."""
    rounds: int = 0
    lost_after: int | None = None
    odd: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What functions answer in the place of what they should, by their names."""
    told: list[str] = field(default_factory=list)

    # -- what the functions do

    def get(self, _: str) -> Reply:
        body = {"version": "1", "revision": self.revision, "dependencies": self.states}
        return Reply(200, self.odd.get("health", body), 0.1)

    def post(self, url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Reply:
        function = url.rpartition("/")[2]
        if function == "publish" and STORE in self.off:
            return Reply(503, STORE_OFF, 0.1)
        if "Authorization" not in headers:
            refused = {"error": {"message": "no", "details": {"reason": "NO_TOKEN"}}}
            return Reply(self.tokenless, refused, 0.1)
        if function in self.odd:
            return Reply(200, self.odd[function], 0.1)
        match function:
            case "generate_story":
                return self._told(body["data"])
            case "delete_my_data":
                return self._erased()
            case _:
                return self._published()

    def stream(
        self, _: str, body: Mapping[str, Any], headers: Mapping[str, str]
    ) -> Sequence[Event]:
        del headers
        if GENERATION in self.off:
            return [Event(STORIES_OFF, 0.1)]
        delta = Event({"message": {"type": "delta", "text": "Once"}}, 0.2)
        end = Event({"result": self._story(body["data"])}, 0.4)
        return [delta, end] if self.stream_end else [delta]

    def _told(self, asked: Mapping[str, Any]) -> Reply:
        if GENERATION in self.off:
            return Reply(400, STORIES_OFF, 0.1)
        return Reply(200, {"result": self._story(asked)}, self.slow)

    def _story(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if self.interrupted:
            raise KeyboardInterrupt
        id_ = str(asked["requestId"])
        replayed = id_ in self.documents and not self.forgets
        path = f"users/{UID}/stories/{id_}"
        self.documents[id_] = self.documents[path] = {
            "status": {"state": "COMPLETED"},
            "text": self.kept_text,
        }
        self.counted += self.counts
        story = {"title": "A title", "text": TEXT}
        return {"storyId": id_, "status": "completed", "replayed": replayed, "story": story}

    def _published(self) -> Reply:
        self.counted += self.counts
        said = {
            "publishedAt": PUBLISHED_AT,
            "alreadyPublished": not self.publishes_anew,
            "correlationId": "publication",
        }
        return Reply(200, said, self.slow)

    def _erased(self) -> Reply:
        deleted = sum(path.startswith("users/") for path in self.documents)
        if self.erases:
            self.documents.clear()
        return Reply(200, {"result": {"deleted": deleted, "complete": True}}, 0.1)

    # -- what is seen of it elsewhere

    def document(self, path: str) -> Any:  # noqa: ANN401 - stands for Firestore's own
        found = self.documents.get(path)
        answer = SimpleNamespace(to_dict=lambda: found)
        return SimpleNamespace(get=lambda **_: answer)

    def newest(self, query: Query, limit: int) -> list[Line]:
        del limit
        if not self.logs:
            return []
        moment = datetime.fromtimestamp(self.at, UTC)
        fields = {"event": "call.ended", "request_id": query.request}
        return [Line(moment, self.severity, "said", "story", self.revision, fields)]

    def ask(self, queries: Sequence[str], at: float) -> Answers:
        del at
        return {query: Answer([Sample({}, self._value(query))]) for query in queries}

    def _value(self, query: str) -> float:
        if "max_over_time(custom_googleapis_com:conteur_executions{" in query:
            return self.counted
        return self.broken

    def fires(self, _: str) -> bool:
        return self.firing

    def say(self) -> None:
        self.raised.append(1)
        self.firing = self.can_fire

    def take_back(self) -> None:
        self.raised.append(0)
        self.firing = self.firing and not self.can_end

    def delete(self, uid: str) -> None:
        if not self.deletes:
            raise OperationError("the account cannot be deleted")
        self.accounts.discard(uid)

    def author(self) -> str:
        if not self.has_store:
            raise LeftOutError("no store is set up here")
        return "author's"

    def knobs(self) -> Mapping[str, str]:
        if not self.knows_knobs:
            raise FoundError("the knobs cannot be read")
        return self.off

    # -- time

    def now(self) -> float:
        return self.at

    def pause(self, seconds: float) -> None:
        self.at += seconds

    def go_on(self) -> None:
        self.rounds += 1
        if self.lost_after is not None and self.rounds > self.lost_after:
            raise LostError("somebody else is at it")

    @property
    def around(self) -> Around:
        return Around(self.told.append, self.now, self.now, self.pause, self.go_on)

    @property
    def desk(self) -> Desk:
        """A desk of this service. What it calls are this world's own methods."""
        announcer = SimpleNamespace(say=self.say, take_back=self.take_back, alert="test_alert")
        names = ("generate_story", "delete_my_data", "health", "store_api")
        return Desk(
            site=Site(ROOT, "local", "demo-conteur", {}),
            endpoints={name: Endpoint(f"http://here/{name}", REVISION) for name in names},
            caller=cast("Caller", self),
            user=User(UID, "its token"),
            app_check=dict,
            author=self.author,
            firestore=cast("Client", self),
            log=cast("Logbook", self),
            prometheus=cast("Prometheus", self),
            alerts=self,
            announcer=cast("Announcer", announcer),
            waiting=self.around.waiting,
            limits=Limits(),
            now=self.now,
            times=10,
            untried=self.untried,
            knobs=self.knobs,
        )
