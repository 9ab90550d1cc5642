"""The accounts that the stand-in for Identity Toolkit keeps, and what it refuses.

The refusals are those of https://github.com/firebase/firebase-tools/blob/master/src/emulator/auth/operations.ts.
"""

import re
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from scripts.local.standins.google_rest.frame import Body, RestRefusalError

LEAST_PASSWORD = 6  # characters
MOST_ID = 128  # https://firebase.google.com/docs/auth/admin/manage-users#create_a_user
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_ID_LETTERS = string.ascii_letters + string.digits
_ID_LENGTH = 28


class AccountRefusalError(RestRefusalError):
    """A refusal of Identity Toolkit, which has no `status`: its message is a code."""

    @property
    def answer(self) -> Body:
        """The error as JSON."""
        one = {"message": self.message, "domain": "global", "reason": "invalid"}
        return {"error": {"code": int(self.status), "message": self.message, "errors": [one]}}


def refused(code: str) -> AccountRefusalError:
    """Return the refusal with a code, such as EMAIL_EXISTS."""
    return AccountRefusalError(HTTPStatus.BAD_REQUEST, code)


def check_email(email: str) -> None:
    """Raise AccountRefusalError for what is no address."""
    if not _EMAIL.fullmatch(email):
        raise refused("INVALID_EMAIL")


def check_password(password: str) -> None:
    """Raise AccountRefusalError for a password that is too short."""
    if len(password) < LEAST_PASSWORD:
        raise refused(f"WEAK_PASSWORD : Password should be at least {LEAST_PASSWORD} characters")


@dataclass(frozen=True, slots=True)
class Account:
    """An account. `created_at` is in milliseconds since the epoch, as text."""

    uid: str
    email: str
    password: str
    display_name: str
    is_disabled: bool
    created_at: str

    @property
    def told(self) -> Body:
        """What answers say of it."""
        told = {"localId": self.uid, "email": self.email, "displayName": self.display_name}
        return {name: value for name, value in told.items() if value}


class Accounts:
    """The accounts of one project. `clock` answers seconds since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.by_id: dict[str, Account] = {}
        self._clock = clock

    def by_email(self, email: str) -> Account | None:
        """Return the account of an address, which has no case."""
        found = (each for each in self.by_id.values() if each.email == email.lower())
        return next(found, None)

    def create(self, given: Body) -> Account:
        """Make an account of the fields of a request. Raises AccountRefusalError."""
        uid = given.get("localId") or "".join(
            secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH)
        )
        if len(uid) > MOST_ID:
            raise refused("INVALID_LOCAL_ID")
        if uid in self.by_id:
            raise refused("DUPLICATE_LOCAL_ID")
        email = given.get("email", "")
        if email:
            check_email(email)
        if email and self.by_email(email):
            raise refused("EMAIL_EXISTS")
        if given.get("password"):
            check_password(given["password"])
        self.by_id[uid] = Account(
            uid,
            email.lower(),
            given.get("password", ""),
            given.get("displayName", ""),
            given.get("disabled", False),
            str(int(self._clock() * 1000)),
        )
        return self.by_id[uid]

    def delete(self, uid: str) -> None:
        """Delete an account. Raises AccountRefusalError if there is none of this id."""
        if uid not in self.by_id:
            raise refused("USER_NOT_FOUND")
        del self.by_id[uid]
