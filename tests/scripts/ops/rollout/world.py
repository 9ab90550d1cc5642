"""An environment whose Cloud Run is the stand-in, and everything else that a deploy needs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scripts.local.standins.cloud_run.names import service_name
from scripts.local.standins.cloud_run.resources import CloudRun, deployed
from scripts.local.standins.cloud_run.services import RevisionsStandIn, ServicesStandIn
from scripts.local.standins.operations import OperationsStandIn
from scripts.local.standins.server import StandInGroup
from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.commands import Ran
from scripts.ops.operations.errors import BusyError, LostError, OperationError
from scripts.ops.operations.file_book import FileBook
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.lock import Lock
from scripts.ops.operations.outcome import Outcome, Report, Verdict
from scripts.ops.operations.record import Kind, Record
from scripts.ops.place import Place
from scripts.ops.rollout.desk import Desk, Outside
from scripts.ops.rollout.firebase import Firebase
from scripts.ops.rollout.rollout import roll_out
from scripts.ops.rollout.wish import Wish, read
from scripts.ops.traffic.error_rates import Rate
from scripts.ops.traffic.moving import Patience
from scripts.ops.traffic.platform import Platform, ServiceState
from scripts.ops.traffic.run import connected
from scripts.ops.traffic.split import Split

PROJECT, REGION = "demo-conteur-production", "europe-west1"
FUNCTIONS = ("generate_story", "store_api")
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OLD, NEW = "generate-story-00001-loc", "generate-story-00002-loc"
STEPS = (5, 50, 100)
STORE_OLD, STORE_NEW = "store-api-00001-loc", "store-api-00002-loc"
GREEN = Report([Outcome("story", "A story is told", Verdict.PASSED, "in 2.1 s")])
RED = Report([Outcome("story", "A story is told", Verdict.FAILED, "503")])


class LockedBook(FileBook):
    """A FileBook that has a lock, for one process; it answers nothing while it is `down`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.lock: Lock | None = None
        self.down = False

    def save(self, record: Record) -> None:
        self._answer()
        super().save(record)

    def quarantine(self, found: Quarantined) -> None:
        self._answer()
        super().quarantine(found)

    def _answer(self) -> None:
        if self.down:
            raise OperationError("The book does not answer.")

    def take(self, wanted: Lock, now: datetime, *, by_force: bool = False) -> Lock:
        there = self.lock
        if there and there.operation != wanted.operation and there.holds(now) and not by_force:
            raise BusyError(f"Somebody else is at work: {there.told(now)}.")
        self.lock = wanted
        return wanted

    def renew(self, lock: Lock, now: datetime) -> Lock:
        self._answer()
        if self.lock is None or self.lock.operation != lock.operation:
            raise LostError("This operation's place was taken.")
        self.lock = lock.renewed(now)
        return self.lock

    def free(self, lock: Lock) -> None:
        if self.lock and self.lock.operation == lock.operation:
            self.lock = None


@dataclass
class FakeFirebase:
    """A Runner that deploys to the stand-in. `broken` have a problem, `skipped` are unchanged.

    `meddle` is called after a deploy of functions, `codes` are exit codes by what is deployed.
    """

    run: CloudRun
    project: str = PROJECT
    asked: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    codes: dict[str, int] = field(default_factory=dict)
    meddle: Callable[[], None] = lambda: None

    def __call__(self, argv: Sequence[str], *, seconds: float) -> Ran:
        only = argv[argv.index("--only") + 1]
        self.asked.append(only)
        if only.startswith("functions"):
            named = [each.partition(":")[2] for each in only.split(",")]
            self._deploy([each for each in FUNCTIONS if named == [""] or each in named])
        code = self.codes.get(only.partition(":")[0], 1 if self.broken and "func" in only else 0)
        return Ran(tuple(argv), code, f"deploying {only}\nit ends with {code} ({seconds:.0f} s)")

    def _deploy(self, functions: Sequence[str]) -> None:
        for each in functions:
            if each not in self.skipped:
                problem = self.broken.get(each, "")
                self.run.deploy(service_name(self.project, REGION, each), problem=problem)
        self.meddle()


@dataclass
class FakeSchema:
    """A database; `lacks` is None where no store is set up."""

    lacks: list[str] | None = field(default_factory=list)
    applied: list[str] = field(default_factory=list)

    def pending(self) -> Sequence[str] | None:
        return self.lacks

    def apply(self) -> Sequence[str]:
        done, self.lacks = list(self.lacks or []), []
        self.applied += done
        return done


@dataclass
class World:
    """An environment, and what happened in it. `verdicts` are what validate says, then GREEN.

    `rates` are by revision, `windows` the seconds for which they were asked; `hooks` are called
    before the nth look at the service, from 1.
    """

    run: CloudRun
    services: ServicesStandIn
    platform: Platform
    book: LockedBook
    folder: Path
    firebase: FakeFirebase
    schema: FakeSchema = field(default_factory=FakeSchema)
    verdicts: dict[int, Report] = field(default_factory=dict)
    hooks: dict[int, Callable[[], None]] = field(default_factory=dict)
    rates: dict[str, Rate] = field(default_factory=dict)
    building: list[list[str]] = field(default_factory=list)
    looked: list[tuple[str, dict[str, int]]] = field(default_factory=list)
    announced: int = 0
    begun: int = 0
    announcing: Exception | None = None
    waited: list[float] = field(default_factory=list)
    windows: list[float] = field(default_factory=list)
    now: datetime = START
    on_wait: Callable[[], None] = lambda: None
    lines: list[str] = field(default_factory=list)
    last: Record | None = None

    def deploy(
        self, *functions: str, percents: tuple[int, ...] = (), unpin: bool = False
    ) -> Record:
        """Deploy, and return the record."""
        wish = Wish(functions, percents, 300.0 if percents else 0.0, unpin)
        return self.go_on(self.record(wish), wish)

    def go_on(self, record: Record, wish: Wish, *, by_force: bool = False) -> Record:
        """Go on with a deploy, and return the record."""
        journal = Journal(record, self.book, self.lines.append, lambda: self.now)
        functions = tuple(record.facts["functions"])
        try:
            with journal.open(locked=True, by_force=by_force):
                roll_out(Desk(self.outside(record.id), journal, wish, functions))
        finally:
            self.last = journal.record
        return journal.record

    def record(self, wish: Wish) -> Record:
        """Return the record of a deploy that begins."""
        self.begun += 1
        id_ = f"20261123-09000{self.begun}-deploy-4f2a"
        asked, functions = wish.document(), list(wish.functions or FUNCTIONS)
        facts = {"functions": functions}
        return Record(
            id_, Kind.DEPLOY, "production", "ada", "", "c0ffee", START, asked=asked, facts=facts
        )

    def outside(self, operation: str) -> Outside:
        """Return what is outside of an operation."""
        return Outside(
            platform=self.platform,
            firebase=Firebase(self.firebase, "production", self.folder / operation),
            book=self.book,
            schema=self.schema,
            building=lambda: self.building.pop(0) if self.building else [],
            validate=self._validate,
            validate_whole=lambda: self._validate(""),
            rates=self._rate,
            announce=self._announce,
            wait=self._wait,
            tell=self.lines.append,
            clock=lambda: self.now,
        )

    def serving(self, function: str = "generate_story") -> dict[str, int]:
        """Return who serves."""
        state = self.platform.service(function)
        return dict(state.serving) if state else {}

    def split(self, split: Split, function: str = "generate_story") -> None:
        """Move traffic, as a person does in the console."""
        state = self.platform.service(function)
        assert state is not None
        self.platform.move(state, split)

    def _wait(self, seconds: float) -> None:
        self.on_wait()
        self.waited.append(seconds)
        self.now += timedelta(seconds=seconds)

    def _rate(self, _: str, revision: str, seconds: float) -> Rate | None:
        self.windows.append(seconds)
        return self.rates.get(revision)

    def resume(self) -> Record:
        """Go on with the last deploy, as it was asked for."""
        assert self.last is not None
        return self.go_on(self.last, read(self.last.asked))

    def make(self, function: str, problem: str = "") -> None:
        """Deploy a function past all commands, as a person does in the console."""
        self.run.deploy(service_name(PROJECT, REGION, function), problem=problem)

    def blind(self) -> None:
        """Have nobody be able to look."""
        raise OperationError("no sign-in")

    def break_off(self) -> None:
        """Have this program be wrong somewhere."""
        raise KeyError("odd")

    def sleep(self, rates: dict[str, Rate]) -> None:
        """Let an hour pass, after which the rates are others."""
        self.now += timedelta(hours=1)
        self.rates = rates

    def _announce(self) -> str:
        if self.announcing:
            raise self.announcing
        self.announced += 1
        return "an alert tells it"

    def _validate(self, tag: str) -> Report:
        self.looked.append((tag, self.serving()))
        number = len(self.looked)
        self.hooks.get(number, lambda: None)()
        return self.verdicts.get(number, GREEN)


def service(its: World, function: str = "generate_story") -> ServiceState:
    """Return a service as it is now."""
    state = its.platform.service(function)
    assert state is not None
    return state


@contextmanager
def world(folder: Path, functions: Sequence[str] = FUNCTIONS) -> Iterator[World]:
    """Serve a Cloud Run with one revision of each of these functions."""
    moment = [START]

    def clock() -> float:
        moment[0] += timedelta(seconds=1)
        return moment[0].timestamp()

    run = deployed(PROJECT, REGION, functions, clock)
    services = ServicesStandIn(run)
    standins = services, RevisionsStandIn(run), OperationsStandIn(run.operations)
    with StandInGroup(*standins).serve() as address:
        place = Place(PROJECT, "production", {RUN_ENDPOINT: address})
        patience = Patience(seconds=10, wait=lambda _: None, clock=clock)
        with connected(place, region=REGION, patience=patience) as platform:
            book = LockedBook(folder / "book")
            yield World(run, services, platform, book, folder, FakeFirebase(run))
