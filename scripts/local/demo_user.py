"""A user of the Auth emulator, to make calls with."""

import json
import uuid

from scripts.local.addresses import Addresses
from scripts.local.errors import LocalStackError
from scripts.local.loopback import open_local

SIGN_UP = "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local"
"""https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts/signUp"""
PASSWORD = "no secret"  # noqa: S105 - of a user that only this run's emulator knows
ANSWER_SECONDS = 10.0


def demo_token(addresses: Addresses) -> str:
    """Return the ID token of a new user, good for one hour. Raises LocalStackError.

    The user has a name: an anonymous one may have few stories a day.
    """
    return sign_up(addresses, email=f"{uuid.uuid4()}@example.com", password=PASSWORD)


def sign_up(addresses: Addresses, **user: str) -> str:
    """Return the ID token of a new `user`, who is anonymous without an email and a password."""
    body = json.dumps({**user, "returnSecureToken": True}).encode()
    try:
        with open_local(addresses.auth + SIGN_UP, ANSWER_SECONDS, body) as reply:
            token: str = json.load(reply)["idToken"]
    except OSError as error:
        raise LocalStackError(f"The Auth emulator gives no demo user: {error}") from error
    return token
