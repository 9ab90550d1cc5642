"""When a mail that was not taken is sent again."""

from datetime import datetime, timedelta

AGAIN_MINUTES = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # after the first attempt, the second, ...


def send_again(attempt: int, now: datetime) -> datetime | None:
    """Return when to try again after the failed `attempt` (the first is 1); None to give up."""
    if attempt > len(AGAIN_MINUTES):
        return None
    return now + timedelta(minutes=AGAIN_MINUTES[attempt - 1])
