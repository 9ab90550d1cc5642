"""An environment that was deployed three times, and the command that goes back in it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest

from scripts.local.standins.server import Fault
from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.going_back.around import Around
from scripts.ops.monitoring.reading.source import URL_VARIABLE
from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.commands import Programs
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.git import commit_of
from scripts.ops.operations.lock import LEASE, Lock
from scripts.ops.operations.outcome import Outcome, Report, Verdict
from scripts.ops.operations.ports import GoOn
from scripts.ops.operations.record import Kind, Record, State
from scripts.ops.rollback import main
from scripts.ops.traffic.split import follows_latest
from tests.scripts.ops.monitoring.answering import answering
from tests.scripts.ops.operations.made_up import MemoryBook, a_record
from tests.scripts.ops.traffic.cloud import PROJECT, Cloud, served, state_of

ROOT = Path(__file__).resolve().parents[4]
STORE = "store_api"
STORES = [f"store-api-0000{n}-loc" for n in (1, 2, 3)]
STORIES = [f"generate-story-0000{n}-loc" for n in (1, 2, 3)]
DONE, NOT_WELL, REFUSED, BUSY, NOT_DONE = range(5)
GREEN = Report([Outcome("story", "A story is told", Verdict.PASSED, "in 2.1 s")])
RED = Report([Outcome("story", "A story is told", Verdict.FAILED, "503")])


class KilledError(BaseException):
    """The process is gone."""


@dataclass
class Book(MemoryBook):
    """`when_taken` is called once the lock is held.

    After `lives` saves the process is gone; after `dies_after` saves the book does not answer.
    """

    when_taken: Callable[[], None] = lambda: None
    lives: int = 1000
    dies_after: int = 1000

    def take(self, *arguments: Any, **options: Any) -> Lock:  # noqa: ANN401 - as the port has them
        lock = super().take(*arguments, **options)
        self.when_taken()
        return lock

    def save(self, record: Record) -> None:
        self.lives -= 1
        if self.lives < 0:
            raise KilledError
        self._answer()
        self.dies_after -= 1
        super().save(record)

    def renew(self, lock: Lock, now: datetime) -> Lock:
        self._answer()
        return super().renew(lock, now)

    def free(self, lock: Lock) -> None:
        if self.lives >= 0:
            self._answer()
            super().free(lock)

    def quarantine(self, found: Quarantined) -> None:
        self._answer()
        super().quarantine(found)

    def _answer(self) -> None:
        if self.dies_after <= 0:
            raise OperationError("the book does not answer.")


@dataclass
class World:
    """`calls` are calls and failures by revision; `verdict` is what validate says.

    With `takes_place` somebody takes the lock by force while it looks.
    """

    cloud: Cloud
    root: Path
    capsys: pytest.CaptureFixture[str]
    prometheus: str = ""
    book: Book = field(default_factory=Book)
    calls: dict[str, tuple[int, int]] = field(default_factory=dict)
    verdict: Report = GREEN
    validated: list[str] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)
    mute: bool = False
    breaks: Callable[[], BaseException] | None = None
    takes_place: bool = False
    environ: dict[str, str] = field(default_factory=dict)
    told_before: str = ""

    @property
    def around(self) -> Around:
        environ = {RUN_ENDPOINT: self.cloud.address, URL_VARIABLE: self.prometheus, **self.environ}
        return Around(
            root=self.root,
            environ=environ,
            run=Programs(self.root, {}),
            clock=lambda: self.cloud.now,
            patience=self.cloud.patience,
            books=lambda *_: nullcontext(self.book),
            seeing=lambda _, __, go_on: partial(self._validate, go_on),
            telling=lambda _: self._announce,
        )

    def run(self, *arguments: str) -> int:
        """Give the command in staging, a second after what was before; return its exit code."""
        self.cloud.wait(1)
        return main(["staging", *arguments], self.around)

    def go(self, *arguments: str) -> int:
        return self.run(*arguments, "--yes", "--reason", "stories end in the middle")

    def told(self) -> str:
        """Return what was printed since this was last asked."""
        told, self.told_before = self.told_before + self.capsys.readouterr().out, ""
        return told

    def refused(self) -> str:
        """Return what was printed as errors since then; the rest is kept."""
        printed = self.capsys.readouterr()
        self.told_before += printed.out
        return printed.err

    def json(self, *arguments: str) -> Any:  # noqa: ANN401 - values of JSON
        self.told()
        self.run(*arguments, "--json")
        return json.loads(self.told())

    def serving(self, function: str = "generate_story") -> dict[str, int]:
        with self.cloud.platform() as platform:
            return dict(state_of(platform, function).serving)

    def record(self) -> Record:
        [newest] = self.book.newest(Kind.ROLLBACK, most=1)
        return newest

    def deploy(self, *functions: str) -> None:
        """Deploy functions, all if none is named, and write down what came of it."""
        names = functions or ("generate_story", STORE)
        record = self.begun()
        self.cloud.deploy(*names)
        made = {}
        with self.cloud.platform() as platform:
            for name in names:
                made[name] = state_of(platform, name).latest_created
        done = record.over(State.DONE, self.cloud.now)
        self.book.save(done.with_facts(revisions=made))

    def begun(self) -> Record:
        """Return the record of a deploy that begins now."""
        now = self.cloud.now
        id_ = f"{now:%Y%m%d-%H%M%S}-deploy-0001"
        return replace(a_record(), id=id_, began=now, commit=commit_of(self.root))

    def release(self) -> None:
        """Unpin both functions: the newest revision of each gets all traffic."""
        with self.cloud.platform() as platform:
            for name in ("generate_story", STORE):
                platform.move(state_of(platform, name), follows_latest())

    def lock(self, kind: str) -> Lock:
        """Return the lock of somebody else's operation that goes on now."""
        now = self.cloud.now
        return Lock("theirs", kind, "bob@example.com", now, now + LEASE, "their process")

    def deny(self, *methods: str) -> None:
        """Refuse calls of Cloud Run's services from now on, all or those of these methods."""
        named = frozenset(methods)
        self.cloud.services.fault = Fault(grpc.StatusCode.PERMISSION_DENIED, methods=named)

    @staticmethod
    def cannot_look() -> OperationError:
        return OperationError("nobody answers.")

    def migrate(self, sql: str) -> None:
        """Commit one more migration."""
        folder = self.root / "migrations"
        folder.mkdir(exist_ok=True)
        number = len(list(folder.iterdir())) + 1
        (folder / f"{number:04d}_test.sql").write_text(sql)
        git(self.root, "add", ".")
        git(self.root, "commit", "-m", f"migration {number}")

    def figures(self, query: str) -> tuple[int, str]:
        """Answer as a Prometheus."""
        part = 1 if 'outcome="failed"' in query else 0
        result = [
            {"metric": {"project_id": PROJECT, "revision": name}, "value": [0, str(counts[part])]}
            for name, counts in self.calls.items()
        ]
        data = {"resultType": "vector", "result": result}
        return 200, json.dumps({"status": "success", "data": data})

    def _validate(self, go_on: GoOn, tag: str) -> Report:
        self.validated.append(tag)
        self.cloud.wait(90)
        if self.takes_place:
            self.book.lock = self.lock("deploy")
        go_on()
        if self.breaks:
            raise self.breaks()
        return self.verdict

    def _announce(self) -> str:
        if self.mute:
            raise OperationError("no channel")
        self.announced.append("told")
        return "an alert tells it"


@contextmanager
def world_in(root: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    """Yield it: three revisions of two functions, an hour apart, the newest ones serving."""
    aliases = {"default": "demo-conteur", "staging": PROJECT}
    (root / ".firebaserc").write_text(json.dumps({"projects": aliases}))
    (root / "functions").symlink_to(ROOT / "functions")
    git(root, "init", "--quiet")
    git(root, "config", "user.email", "ada@example.com")
    with served() as cloud:
        world = World(cloud, root, capsys)
        with answering(world.figures) as asked:
            world.prometheus = asked.url
            world.migrate("CREATE TABLE users (id text PRIMARY KEY, name text);")
            for _ in range(3):
                world.deploy()
            cloud.wait(3600)
            yield world


def git(root: Path, *arguments: str) -> None:
    asked = ["git", "-c", "user.name=Ada", *arguments]
    subprocess.run(asked, cwd=root, check=True, capture_output=True)
