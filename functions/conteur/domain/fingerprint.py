"""Tells a repeated request from another one under the same request id."""

import hashlib
import json
from dataclasses import asdict

from conteur.domain.story_request import StoryRequest


def fingerprint(request: StoryRequest) -> str:
    """Return the SHA-256, in hex, of all that is asked for; the request id is no part of it.

    What is not asked for is left out, so that a field that the contract gains later does not
    change the fingerprints of the requests that are already kept.
    """
    asked = {name: value for name, value in asdict(request).items() if value not in (None, ())}
    del asked["request_id"]
    canonical = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
