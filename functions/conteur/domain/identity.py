"""Who is signed in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """A Firebase user's id, and how they signed in (`anonymous`, `password`, `google.com` ...).

    `signed_in` is when the session began that the token belongs to, in seconds since the epoch.
    """

    uid: str
    provider: str
    signed_in: float = 0.0
