"""What people write for a moment."""

import re
from datetime import UTC, datetime, timedelta

FORMS = "15m, 2h, 3d (that long ago), or ISO 8601 such as 2026-11-22T14:00 (UTC without a zone)"
_AGO = re.compile(r"(\d{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_moment(text: str, now: datetime) -> datetime:
    """Return the moment that a text means. Raises ValueError, which says the forms."""
    try:
        if match := _AGO.fullmatch(text):
            return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no moment: {FORMS}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
