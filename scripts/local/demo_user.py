"""A user of the Auth emulator, to make calls with."""

import json

from scripts.local.addresses import Addresses
from scripts.local.errors import LocalStackError
from scripts.local.loopback import open_local

SIGN_UP = "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local"
"""https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts/signUp"""
NEW_USER = b'{"returnSecureToken": true}'
ANSWER_SECONDS = 10.0


def demo_token(addresses: Addresses) -> str:
    """Return the ID token of a new anonymous user, good for one hour. Raises LocalStackError."""
    try:
        with open_local(addresses.auth + SIGN_UP, ANSWER_SECONDS, NEW_USER) as reply:
            token: str = json.load(reply)["idToken"]
    except OSError as error:
        raise LocalStackError(f"The Auth emulator gives no demo user: {error}") from error
    return token
