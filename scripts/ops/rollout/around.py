"""Everything outside of a deploy, put together from one environment."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from scripts.ops import plan
from scripts.ops.database import URL
from scripts.ops.operations import audit
from scripts.ops.operations.commands import Runner
from scripts.ops.operations.journal import Tell
from scripts.ops.operations.ports import Announce, GoOn
from scripts.ops.operations.site import Site
from scripts.ops.place import PlaceError, find_place
from scripts.ops.rollout import index_states
from scripts.ops.rollout.beginning import Counter
from scripts.ops.rollout.database import StoreSchema
from scripts.ops.rollout.desk import Outside
from scripts.ops.rollout.eyes import Eyes
from scripts.ops.rollout.firebase import Firebase
from scripts.ops.rollout.ports import Rates, Wait
from scripts.ops.secrets import ENDPOINT, read_secret
from scripts.ops.traffic import error_rates, run
from scripts.ops.traffic.error_rates import Rate
from scripts.ops.traffic.history import History
from scripts.ops.traffic.moving import Patience
from scripts.ops.who import who


@dataclass(frozen=True, slots=True)
class Around:
    """What differs between a person's terminal and a test.

    `seeing` gives what looks at a site as a user does, and `telling` what announces there.
    """

    root: Path
    environ: Mapping[str, str]
    run: Runner
    wait: Wait
    clock: Callable[[], datetime]
    patience: Patience
    reviewed: Callable[[], str]
    seeing: Callable[[Site, Tell, GoOn], Eyes]
    telling: Callable[[Site], Announce]


@dataclass(frozen=True, slots=True)
class Rooms:
    """A deploy's connections, while they are open."""

    counter: Counter
    outside: Callable[[str, GoOn], Outside]
    """Returns what is outside of the operation of an id; what takes long calls the other."""


@contextmanager
def opened(around: Around, site: Site, tell: Tell) -> Iterator[Rooms]:
    """Yield the connections to a site. Raises OperationError and PlaceError."""
    with ExitStack() as stack:
        book = stack.enter_context(audit.opened_book(site))
        platform = stack.enter_context(
            run.connected(site.run(), region=site.region, tell=tell, patience=around.patience)
        )
        indexes = stack.enter_context(index_states.connected(site.run()))
        schema = StoreSchema(around.environ, around.root / "migrations", partial(_secret, site))
        counter = Counter(
            site=site,
            book=book,
            platform=platform,
            schema=schema,
            reviewed=around.reviewed,
            clock=around.clock,
            compatible=History(around.root, around.run, around.environ).beside,
            who=partial(who, around.root),
        )
        announce = around.telling(site)
        counted = rates(site, around.clock)

        def outside(operation: str, go_on: GoOn) -> Outside:
            its = around.seeing(site, tell, go_on)
            return Outside(
                platform=platform,
                firebase=Firebase(around.run, site.name, around.root / audit.FOLDER / operation),
                book=book,
                schema=schema,
                building=indexes.building,
                validate=its.look,
                validate_whole=its.whole,
                rates=counted,
                announce=announce,
                wait=around.wait,
                tell=tell,
                clock=around.clock,
            )

        yield Rooms(counter, outside)


def not_as_reviewed(root: Path) -> str:
    """Return why the deploy's requests are not those of deploy/plan.json; empty where they are."""
    with redirect_stdout(io.StringIO()) as told:
        return told.getvalue() if plan.check(root, update=False) else ""


def _secret(site: Site) -> str:
    place = find_place(site.root, site.name, site.environ, local=False, emulators=(ENDPOINT,))
    return read_secret(place, URL)


def rates(site: Site, clock: Callable[[], datetime]) -> Rates:
    """Return what counts the calls of revisions, by our own metrics."""

    def ask(function: str, revision: str, seconds: float) -> Rate | None:
        now = clock().timestamp()
        try:
            found = error_rates.ask(
                site.prometheus(), site.project, function, f"{seconds:.0f}s", now
            )
        except PlaceError:
            return None  # nobody counts here
        return found.by_revision.get(revision)

    return ask
