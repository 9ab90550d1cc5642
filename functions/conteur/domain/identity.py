"""Who is signed in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """A Firebase user's id, and how they signed in (`anonymous`, `password`, `google.com` ...)."""

    uid: str
    provider: str
