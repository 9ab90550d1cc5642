"""Times as Google's REST services write them."""

from datetime import UTC, datetime


def rfc3339(seconds: float) -> str:
    """Return a time, given in seconds since the epoch, in UTC with six digits of a second.

    Such texts sort as their times do. https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp
    """
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
