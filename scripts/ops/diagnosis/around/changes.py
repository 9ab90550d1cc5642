"""What was changed near a request: revisions that were deployed, and knobs that were turned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scripts.ops import config_store
from scripts.ops.config_errors import ConfigError
from scripts.ops.config_store import Record
from scripts.ops.diagnosis.around.span import Note, Span, of_day
from scripts.ops.diagnosis.around.where import Where
from scripts.ops.diagnosis.case import Case
from scripts.ops.diagnosis.verdict import decisive_of
from scripts.ops.operations.errors import OperationError
from scripts.ops.place import PlaceError
from scripts.ops.traffic import run
from scripts.ops.traffic.platform import RevisionState
from scripts.ops.traffic.run import MOST

NEAR = timedelta(hours=24)
MOST_RECORDS = 100  # of the knobs' history, which is read from its newest


@dataclass(frozen=True, slots=True)
class Deploy:
    """A revision of the function, and where it lies beside the request: `12 min before it`.

    `percent` is its share of the traffic now, `served` whether it served the request.
    """

    revision: str
    at: datetime
    by: str
    beside: str
    percent: int
    served: bool

    def __str__(self) -> str:
        """Return it as a line for people."""
        by = f" by {self.by}" if self.by else ""
        served = "; it served the request" if self.served else ""
        traffic = f"; it has {self.percent} % of the traffic now" if self.percent else ""
        return f"{of_day(self.at)}, {self.beside}: {self.revision} deployed{by}{served}{traffic}"


@dataclass(frozen=True, slots=True)
class KnobTurned:
    """A knob that was turned, and where that lies beside the request; None is the default."""

    knob: str
    old: object
    new: object
    at: datetime
    by: str
    reason: str
    beside: str

    def __str__(self) -> str:
        """Return it as a line for people."""
        change = f"{self.knob} from {_shown(self.old)} to {_shown(self.new)}"
        return f"{of_day(self.at)}, {self.beside}: {change} by {self.by}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Changes:
    """What was changed in NEAR before and after a request, newest first, and what served it.

    `problem` says what could not be read: the deploys, the knobs or both.
    """

    rows: Sequence[Deploy | KnobTurned | Note] = ()
    problem: str = ""


def look(case: Case, where: Where) -> Changes:
    """Return the deploys of the request's function and the knobs that were turned near it."""
    span = Span.of(case)
    deploys, problem = _deploys(case, span, where)
    knobs, other = _knobs(span, where)
    dated = [row for row in (*deploys, *knobs) if not isinstance(row, Note)]
    notes = [row for row in (*deploys, *knobs) if isinstance(row, Note)]
    rows = (*sorted(dated, key=lambda row: row.at, reverse=True), *notes)
    return Changes(rows or _nothing(problem, other), " ".join(filter(None, (problem, other))))


def _nothing(*problems: str) -> Sequence[Note]:
    return () if any(problems) else (Note("nothing was changed within a day of it"),)


def _deploys(case: Case, span: Span, where: Where) -> tuple[Sequence[Deploy | Note], str]:
    call = decisive_of(case)
    lines = call.lines if call else case.lines
    served = next((line.revision for line in reversed(lines) if line.revision), "")
    if not case.function:
        return (), "No line says which function it was, so whose revisions to list is not known."
    try:
        with run.connected(where.cloud_run()) as platform:
            found = platform.revisions(case.function)
    except (PlaceError, OperationError) as error:
        return (), str(error)
    return list(_near(found, served, span)), ""


def _near(revisions: Sequence[RevisionState], served: str, span: Span) -> Iterator[Deploy | Note]:
    """Yield the deploys near the request, and the one that served it however old it is."""
    for each in revisions:
        is_near = span.began - NEAR <= each.created <= span.ended + NEAR
        if is_near or each.name == served:
            beside = span.beside(each.created)
            is_served = each.name == served
            yield Deploy(each.name, each.created, each.creator, beside, each.percent, is_served)
    if served and served not in {each.name for each in revisions}:
        yield Note(f"{served} served the request, and Cloud Run has it no more")
    if len(revisions) >= MOST:
        yield Note(f"only the newest {MOST} revisions were looked at")


def _knobs(span: Span, where: Where) -> tuple[Sequence[KnobTurned | Note], str]:
    try:
        with config_store.connected(where.firestore()) as store:
            records = store.history(MOST_RECORDS)
    except (ConfigError, PlaceError) as error:
        return (), str(error)
    return list(_turned(records, span)), ""


def _turned(records: Sequence[Record], span: Span) -> Iterator[KnobTurned | Note]:
    for record in records:
        if record.at and span.began - NEAR <= record.at <= span.ended + NEAR:
            who = (record.at, record.by, record.reason, span.beside(record.at))
            for each in record.turned:
                yield KnobTurned(each.knob, each.before, each.after, *who)
    oldest = min((record.at for record in records if record.at), default=None)
    if len(records) >= MOST_RECORDS and oldest and oldest > span.began - NEAR:
        yield Note(f"only the newest {MOST_RECORDS} changes of knobs were looked at")


def _shown(value: object) -> str:
    return "the default" if value is None else str(value)
