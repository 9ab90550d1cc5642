"""Tokens of authors, good ones and forged ones."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping

from tests.private_texts import note_token

ISSUER, AUDIENCE = "conteur", "conteur-store"
KEY = "a-key-of-the-tests-with-enough-bytes-in-it"
OTHER_KEY = "another-key-of-the-tests-with-enough-bytes"
HOUR = 3600


def claims(**changes: object) -> dict[str, object]:
    """Return the claims of a good token with these changes; what is None is left out."""
    now = int(time.time())
    usual = {"sub": "author-1", "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + HOUR}
    changed: dict[str, object] = {**usual, **changes}
    return {name: value for name, value in changed.items() if value is not None}


def token(key: str = KEY, headers: Mapping[str, object] | None = None, /, **changes: object) -> str:
    """Return a token that is signed with HS256, whatever its headers and claims say."""
    header = {"alg": "HS256", "typ": "JWT", **(headers or {})}
    return signed(json.dumps(header).encode(), json.dumps(claims(**changes)).encode(), key)


def signed(header: bytes, payload: bytes, key: str = KEY) -> str:
    """Return a token of these very bytes."""
    text = f"{_encoded(header)}.{_encoded(payload)}"
    signature = _encoded(hmac.digest(key.encode(), text.encode(), hashlib.sha256))
    return note_token(f"{text}.{signature}")


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def keys(**by_id: str) -> str:
    """Return a secret of several keys."""
    return json.dumps(by_id)
