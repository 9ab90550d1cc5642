"""A user of the Auth emulator, to make calls with."""

import json
import uuid
from dataclasses import dataclass

from scripts.local.addresses import Addresses
from scripts.local.errors import LocalStackError
from scripts.local.loopback import open_local

SIGN_UP = "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local"
"""https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts/signUp"""
PASSWORD = "no secret"  # noqa: S105 - of a user that only this run's emulator knows
ANSWER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user's id, and an ID token that is good for one hour."""

    uid: str
    token: str


def demo_token(addresses: Addresses) -> str:
    """Return the ID token of a new demo user. Raises LocalStackError."""
    return demo_user(addresses).token


def demo_user(addresses: Addresses) -> DemoUser:
    """Sign a user up who has a name: an anonymous one may have few stories a day.

    Raises LocalStackError.
    """
    return _signed_up(addresses, email=f"{uuid.uuid4()}@example.com", password=PASSWORD)


def sign_up(addresses: Addresses, **user: str) -> str:
    """Return the ID token of a new `user`, who is anonymous without an email and a password."""
    return _signed_up(addresses, **user).token


def _signed_up(addresses: Addresses, **user: str) -> DemoUser:
    body = json.dumps({**user, "returnSecureToken": True}).encode()
    try:
        with open_local(addresses.auth + SIGN_UP, ANSWER_SECONDS, body) as reply:
            made = json.load(reply)
    except OSError as error:
        raise LocalStackError(f"The Auth emulator gives no demo user: {error}") from error
    return DemoUser(made["localId"], made["idToken"])
