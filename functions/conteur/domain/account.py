"""What is known of a user's account, beside what their token says."""

from dataclasses import dataclass
from datetime import datetime


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
