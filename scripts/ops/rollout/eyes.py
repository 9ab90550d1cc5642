"""Looks at a site as a user does, for a deploy: scripts/validate's checks.

Signals are left out, whatever is looked at: they are of all revisions of the last minutes and
hours, and the fix of a bad one would be taken back for what that one has done. New revisions are
held against old ones by their own figures (judging).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from scripts.ops.operations.journal import Tell
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.ports import GoOn, Validator, explained
from scripts.ops.operations.site import Site
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
    look = explained(validator(site, around=around))
    return Eyes(look, partial(explained(validator(site, without=(SIGNALS,), around=around)), ""))
