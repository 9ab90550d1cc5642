"""A user of the Auth emulator, to make calls with."""

import json
import urllib.request

from scripts.local.addresses import Addresses
from scripts.local.errors import LocalStackError

SIGN_UP = "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local"
"""https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts/signUp"""
ANSWER_SECONDS = 10.0


def demo_token(addresses: Addresses) -> str:
    """Return the ID token of a new anonymous user, good for one hour. Raises LocalStackError."""
    request = urllib.request.Request(  # noqa: S310 - our own loopback address
        addresses.auth + SIGN_UP,
        data=b'{"returnSecureToken": true}',
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as reply:  # noqa: S310 - likewise
            token: str = json.load(reply)["idToken"]
    except OSError as error:
        raise LocalStackError(f"The Auth emulator gives no demo user: {error}") from error
    return token
