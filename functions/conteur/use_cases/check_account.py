"""Check an account: whether its user may call, and how well they are known."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from conteur.domain.account import Account, account_refusal, is_new
from conteur.domain.identity import Identity
from conteur.domain.quota import Tier
from conteur.errors import ConteurError, UserBlockedError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import ACCOUNT_LOOKUPS
from conteur.use_cases.guard_ports import Accounts
from conteur.use_cases.ports import Background, Clock

ANONYMOUS = "anonymous"  # as Firebase names the sign-in of a user who gave no name
GOOD_SECONDS = 300.0
RENEWED_AFTER_SECONDS = 240.0
LOOK_UP_SECONDS = 2.0
RETRY_SECONDS = 30.0  # until a user is looked up again after a failure
REST_SECONDS = 10.0  # until anybody is
GIVEN_UP_SECONDS = 10.0  # a look-up that is older was lost: another one may begin
CLOCK_SKEW_SECONDS = 5.0
MOST_USERS = 10_000


@dataclass(slots=True)
class _LookUp:
    """One on its way; times are monotonic, but `at` is in seconds since the epoch."""

    begun: float
    at: float
    done: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class _User:
    """What is known of a user: the account as of the look-up `taken`."""

    account: Account | None = None
    taken: _LookUp | None = None
    running: _LookUp | None = None
    failed: float = float("-inf")


class CheckAccount:
    """The use case. Without `accounts` none is looked up, and a token alone decides.

    An instance takes an account as it was looked up, for five minutes at most; from four minutes
    on it is looked up again beside the calls. So a user who was blocked, deleted or signed out
    everywhere is still let in for at most five minutes by each instance that knows them, and
    after an unblocking refused as long. Who has signed in anew since the look-up that speaks
    against them is looked up at once.

    Where a look-up fails, the last answer holds however old it is, and an unknown user is let in:
    their token was good, and limits hold for them. For REST_SECONDS nobody waits for another one.
    """

    def __init__(
        self,
        accounts: Accounts | None,
        new_account_hours: float,
        clock: Clock,
        background: Background,
        meter: Aggregate,
    ) -> None:
        self._accounts = accounts
        self._new_account_hours = new_account_hours
        self._clock = clock
        self._background = background
        self._meter = meter
        self._lock = threading.Lock()
        self._users: OrderedDict[str, _User] = OrderedDict()
        self._rested = float("-inf")
        self._is_out = False

    def __call__(self, identity: Identity) -> Tier:
        """Return how well the user is known. Raises TokenRevokedError or UserBlockedError."""
        account = self._account(self._accounts, identity) if self._accounts else None
        refusal = account_refusal(account, identity) if account else None
        if refusal:
            raise refusal
        return self._tier(account, identity)

    def drop(self) -> None:
        """Forget all accounts."""
        with self._lock:
            self._users.clear()

    def _tier(self, account: Account | None, identity: Identity) -> Tier:
        if identity.provider == ANONYMOUS:
            return Tier.ANONYMOUS
        if account and is_new(account, self._new_account_hours, self._clock.now()):
            return Tier.NEW
        return Tier.SIGNED_IN

    def _account(self, accounts: Accounts, identity: Identity) -> Account | None:
        """Return the account as far as it is known, looking it up where that is too old."""
        user, now = self._user(identity.uid), self._clock.monotonic()
        age = now - user.taken.begun if user.taken else GOOD_SECONDS
        is_good = age < GOOD_SECONDS and not _is_overtaken(user, identity)
        if is_good and age < RENEWED_AFTER_SECONDS:
            return user.account
        running, is_own = self._begin(user, now)
        if running and is_own:
            look_up = partial(self._look_up, accounts, user, running, identity)
            run = self._background if is_good else _at_once
            run(look_up)
        elif running and not is_good:
            running.done.wait(LOOK_UP_SECONDS)
        return user.account

    def _user(self, uid: str) -> _User:
        with self._lock:
            user = self._users.get(uid)
            if user is None:
                user = self._users[uid] = _User()
                if len(self._users) > MOST_USERS:
                    self._users.popitem(last=False)
            self._users.move_to_end(uid)
            return user

    def _begin(self, user: _User, now: float) -> tuple[_LookUp | None, bool]:
        """Return the look-up that is on its way, and whether it is a new one of the caller's.

        There is none where one has failed just now.
        """
        with self._lock:
            if user.running and now < user.running.begun + GIVEN_UP_SECONDS:
                return user.running, False
            if now < max(user.failed + RETRY_SECONDS, self._rested):
                return None, False
            user.running = _LookUp(now, self._clock.now().timestamp())
            return user.running, True

    def _look_up(self, accounts: Accounts, user: _User, begun: _LookUp, identity: Identity) -> None:
        try:
            account = accounts.look_up(identity.uid, LOOK_UP_SECONDS)
        except ConteurError as error:
            self._fail(user, error)
        else:
            with self._lock:
                user.account, user.taken = account, begun
                self._is_out = False
            self._count(account, identity)
        finally:
            with self._lock:
                user.running = None if user.running is begun else user.running
            begun.done.set()

    def _fail(self, user: _User, error: ConteurError) -> None:
        self._meter.count(ACCOUNT_LOOKUPS, result="failed")
        with self._lock:
            user.failed = self._clock.monotonic()
            self._rested = user.failed + REST_SECONDS
            is_new_outage, self._is_out = not self._is_out, True
        if is_new_outage:
            logs.warning("accounts.unavailable", problem=error.message)

    def _count(self, account: Account, identity: Identity) -> None:
        refusal = account_refusal(account, identity)
        if refusal:
            result = "blocked" if isinstance(refusal, UserBlockedError) else "revoked"
        else:
            result = "new" if self._tier(account, identity) is Tier.NEW else "good"
        self._meter.count(ACCOUNT_LOOKUPS, result=result)


def _at_once(action: Callable[[], None]) -> None:
    action()


def _is_overtaken(user: _User, identity: Identity) -> bool:
    """Return whether what speaks against the user was looked up before they signed in."""
    if user.account is None or user.taken is None:
        return False
    is_newer = identity.signed_in > user.taken.at - CLOCK_SKEW_SECONDS
    return is_newer and account_refusal(user.account, identity) is not None
