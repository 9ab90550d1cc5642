"""What is known of a user's account, beside what their token says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from conteur.domain.identity import Identity
from conteur.errors import TokenRevokedError, UserBlockedError

# Firebase tells both times in whole seconds, cut off: a session that began with the new password
# may seem to be a second older than the end of the ones before it.
TOLERANCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it was looked up.

    Tokens of sessions that began before `valid_after` are revoked. `blocked` says that the
    operator has blocked the user or disabled the account; `exists` that it was not deleted.
    """

    exists: bool = True
    created: datetime | None = None
    valid_after: datetime | None = None
    blocked: bool = False


def account_refusal(
    account: Account, identity: Identity
) -> TokenRevokedError | UserBlockedError | None:
    """Return why the holder of a valid token may not call, if anything of the account says so.

    A session's own beginning counts, as in Firebase's SDK for Node.js; its SDK for Python takes
    that of the token, of which a session gets none any more once it was ended.
    """
    if not account.exists:
        told = TokenRevokedError("this account was deleted: sign in with another one")
        return told.noting(check="account")
    ended = account.valid_after
    if ended is not None and identity.signed_in < ended.timestamp() - TOLERANCE_SECONDS:
        seconds = round(ended.timestamp() - identity.signed_in)
        told = TokenRevokedError("this session was ended: sign in again")
        return told.noting(check="revoked", signed_in_seconds_before=seconds)
    if account.blocked:
        return UserBlockedError("this account is blocked: write to the app's support")
    return None


def is_new(account: Account, hours: float, now: datetime) -> bool:
    """Return whether the account was made less than `hours` ago, as far as that is known."""
    return account.created is not None and now - account.created < timedelta(hours=hours)
