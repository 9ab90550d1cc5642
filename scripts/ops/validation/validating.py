"""Validates a service: makes a synthetic user, looks as it does, and leaves nothing.

look = validator(site, tell=print)
report = look("canary")     # the revisions with that traffic tag
report = look("")           # what everybody gets
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from scripts.ops.operations.outcome import Report
from scripts.ops.operations.site import Site
from scripts.ops.validation import cleaning, opening
from scripts.ops.validation.around import Around
from scripts.ops.validation.cleaning import Accounts
from scripts.ops.validation.course import ALERT, COURSE, SIGNALS
from scripts.ops.validation.desk import Desk
from scripts.ops.validation.endpoints import told_untried
from scripts.ops.validation.errors import LeftOutError
from scripts.ops.validation.looking import Check, Looking

CALLS = 10
LEFT_OUT_IN_A_ROLLOUT = (ALERT, SIGNALS)
"""A test alert is for the last validation; signals are of all revisions of the last minutes."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: by which traffic tag, how often, and without which groups of checks.

    `port` is that of the functions emulator that is meant, 0 for the only one. `off` are the knobs
    that `validate` has found to be turned off.
    """

    tag: str = ""
    calls: int = CALLS
    without: Collection[str] = ()
    port: int = 0
    off: set[str] = field(default_factory=set, compare=False)

    @property
    def partial(self) -> bool:
        """Whether it says less than that the service is as it has to be for everybody."""
        return bool(self.tag or self.without or self.off)


def validate(site: Site, scope: Scope, around: Around) -> Report:
    """Return how the service is. Raises OperationError or PlaceError where nobody can look."""
    with opening.opened(site, scope.tag, scope.calls, scope.port, around) as (desk, accounts):
        report = looked(desk, accounts, scope.without, around)
        scope.off.update(desk.seen.off)
        return report


def looked(desk: Desk, accounts: Accounts, without: Collection[str], around: Around) -> Report:
    """Make all checks, and clean up, also where one of them breaks off or is broken off."""
    looking = Looking(around.tell, around.clock, without)
    with _cleaned(desk, accounts, looking):
        looking.look(desk, Check("", "untried", "", _say_untried))
        looking.look(desk, Check("", "knobs", "", _read_knobs))
        for check in COURSE:
            around.go_on()
            looking.look(desk, check)
    return looking.report


def _say_untried(desk: Desk) -> None:
    if desk.untried:
        raise LeftOutError(told_untried(desk.untried))


def _read_knobs(desk: Desk) -> None:
    desk.seen.off = desk.knobs()


@contextmanager
def _cleaned(desk: Desk, accounts: Accounts, looking: Looking) -> Iterator[None]:
    done = False
    try:
        yield
        done = True
    finally:
        try:
            if not done and ALERT not in looking.without:
                looking.look(desk, Check("", "alert", "", lambda its: its.announcer.take_back()))
            looking.look(desk, Check("", "erase", "The user's data", cleaning.erase))
        finally:
            _delete_account(desk, accounts, looking)


def _delete_account(desk: Desk, accounts: Accounts, looking: Looking) -> None:
    uid = desk.user.uid
    account = cleaning.delete_account(accounts, uid)
    try:
        looking.look(desk, Check("", "account", "The user's account", account))
    except BaseException:
        looking.tell(f"The synthetic user may be left. {cleaning.by_hand(uid)}.")
        raise


def validator(
    site: Site,
    *,
    without: Collection[str] = LEFT_OUT_IN_A_ROLLOUT,
    calls: int = CALLS,
    around: Around | None = None,
) -> Callable[[str], Report]:
    """Return what deploy and rollback look with: its argument is the traffic tag."""
    its = around or Around()

    def look(tag: str) -> Report:
        return validate(site, Scope(tag, calls, without), its)

    return look
