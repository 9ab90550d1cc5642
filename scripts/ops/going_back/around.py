"""Everything outside of a rollback, put together from one environment."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scripts.ops.going_back.images import Images
from scripts.ops.going_back.looking import Lookout
from scripts.ops.going_back.moving import Hands
from scripts.ops.going_back.planning import Planner
from scripts.ops.operations.book import Book
from scripts.ops.operations.commands import Runner
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.journal import Tell
from scripts.ops.operations.ports import Announce, GoOn, Validator
from scripts.ops.operations.record import Kind
from scripts.ops.operations.site import Site
from scripts.ops.place import PlaceError
from scripts.ops.traffic import error_rates, run
from scripts.ops.traffic.error_rates import Rates
from scripts.ops.traffic.history import History
from scripts.ops.traffic.moving import Patience

RECORDS = 100  # of deploys and rollbacks: who goes back further names the revision
WINDOW = "7d"
"""Of the figures: revisions before the one that serves may have had their last call days ago."""


@dataclass(frozen=True, slots=True)
class Around:
    """What differs between a person's terminal and a test.

    `books` opens the book of a site, in files or not; `seeing` gives what looks at a site as a user
    does, `telling` what announces there. `patience` is for Cloud Run.
    """

    root: Path
    environ: Mapping[str, str]
    run: Runner
    clock: Callable[[], datetime]
    patience: Patience
    books: Callable[[Site, bool], AbstractContextManager[Book]]
    seeing: Callable[[Site, Tell, GoOn], Validator]
    telling: Callable[[Site], Announce]


@dataclass(frozen=True, slots=True)
class Ask:
    """The command that goes on where this one stops, and whom it takes out of quarantine."""

    again: str
    trust: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rooms:
    """A rollback's connections, while they are open."""

    planner: Planner
    hands: Hands


@contextmanager
def booked(around: Around, site: Site, *, in_files: bool) -> Iterator[Book]:
    """Yield the book, which has answered. Raises OperationError that names the way without it."""
    with ExitStack() as stack:
        try:
            book = stack.enter_context(around.books(site, in_files))
            book.newest(most=1)
        except OperationError as error:
            raise OperationError(
                f"{error} Nothing was changed. If Firestore itself is down, go back with "
                "--without-record: the record is kept in files of this checkout then, nobody else "
                "is kept from moving traffic, and of no revision it is known whether it is "
                "quarantined, or its commit."
            ) from error
        yield book


@contextmanager
def opened(around: Around, site: Site, book: Book, tell: Tell, ask: Ask) -> Iterator[Rooms]:
    """Yield the connections to a site. Raises OperationError and PlaceError."""
    with run.connected(
        site.run(), region=site.region, tell=tell, patience=around.patience
    ) as platform:
        lookout = Lookout(
            platform,
            Images(platform.has_image),
            lambda function: _rates(site, function, around.clock()),
            {name: its for name, its in book.quarantined().items() if name not in ask.trust},
            book.newest(Kind.DEPLOY, Kind.ROLLBACK, most=RECORDS),
        )
        history = History(site.root, around.run, around.environ)
        hands = Hands(
            platform,
            book,
            lambda go_on: around.seeing(site, tell, go_on),
            around.telling(site),
            around.clock,
            ask.again,
        )
        yield Rooms(Planner(lookout, history, site.functions), hands)


def _rates(site: Site, function: str, now: datetime) -> Rates:
    """Return a function's rates; figures that nobody can be asked for are missing ones."""
    try:
        source = site.prometheus()
    except PlaceError as error:
        return Rates(problem=str(error))
    return error_rates.ask(source, site.project, function, WINDOW, now.timestamp())
