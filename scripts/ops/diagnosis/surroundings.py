"""Looks around a request. What cannot be read is said, and keeps nothing else from being told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any, Protocol

from scripts.ops.diagnosis.around import changes, dependencies, figures, others
from scripts.ops.diagnosis.around.where import NOT_IN_A_FILE, Where
from scripts.ops.diagnosis.case import Case
from scripts.ops.diagnosis.findings import Looked
from scripts.ops.logbook.reader import Logbook
from scripts.ops.monitoring.reading.source import URL_VARIABLE
from scripts.ops.place import FIRESTORE


class Seen(Protocol):
    """What a look returns: rows whose str() is their line, and what kept it from more."""

    @property
    def rows(self) -> Sequence[object]:
        """What was found."""

    @property
    def problem(self) -> str:
        """Why some or all is missing; empty where nothing is."""


def look_around(
    case: Case, book: Logbook, where: Where, now: datetime, *, has_place: bool
) -> Mapping[str, Looked]:
    """Return what was around, by the names in report.TITLES and in their order.

    Without `has_place`, as of a file, only the log and what the environment names are read.
    """
    has_figures = has_place or bool(where.environ.get(URL_VARIABLE))
    has_knobs = has_place or bool(where.environ.get(FIRESTORE))
    return {
        "dependencies": _looked(lambda: dependencies.look(case, book, now)),
        "metrics": _where_known(has_figures, lambda: figures.look(case, where, now)),
        "others": _looked(lambda: others.look(case, book, now)),
        "changes": _where_known(has_knobs, lambda: changes.look(case, where)),
    }


def _where_known(is_known: bool, look: Callable[[], Seen]) -> Looked:  # noqa: FBT001 - the one fact it is about
    return _looked(look) if is_known else Looked(problem=NOT_IN_A_FILE)


def _looked(look: Callable[[], Seen]) -> Looked:
    try:
        seen = look()
    except Exception as error:  # noqa: BLE001 - what is known of the request is told all the same
        return Looked(problem=f"{type(error).__name__}: {error}")
    return Looked(tuple(map(str, seen.rows)), tuple(map(_row, seen.rows)), seen.problem)


def _row(row: object) -> Mapping[str, Any]:
    told = asdict(row) if is_dataclass(row) and not isinstance(row, type) else {}
    return {"said": str(row), **told}
