"""Looks at a site as a user does, for a deploy: scripts/validate's checks.

Signals are left out, whatever is looked at: they are of all revisions of the last minutes and
hours, and the fix of a bad one would be taken back for what that one has done. New revisions are
held against old ones by their own figures (judging).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from scripts.ops.logbook.log_errors import LogError
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.journal import Tell
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.site import Site
from scripts.ops.place import PlaceError
from scripts.ops.rollout.ports import GoOn, Validator
from scripts.ops.validation.around import Around
from scripts.ops.validation.course import SIGNALS
from scripts.ops.validation.validating import validator


@dataclass(frozen=True, slots=True)
class Eyes:
    """`look` is quick, by a traffic tag; `whole` has the test alert too, of what everybody gets."""

    look: Validator
    whole: Callable[[], Report]


def eyes(site: Site, tell: Tell, go_on: GoOn) -> Eyes:
    """Return what looks at a site. It raises OperationError where nobody can look."""
    around = Around(tell=tell, go_on=go_on)
    look = _explained(validator(site, around=around))
    return Eyes(look, partial(_explained(validator(site, without=(SIGNALS,), around=around)), ""))


def _explained(look: Validator) -> Validator:
    def looked(tag: str) -> Report:
        try:
            return look(tag)
        except (PlaceError, QueryError, LogError) as error:
            raise OperationError(f"Nobody could look whether it works: {error}") from error

    return looked
