"""Lets time pass, and says so: nobody should wonder whether a command still lives."""

from scripts.ops.rollout.desk import Desk

SIGN_OF_LIFE = 30.0  # seconds


def let_pass(desk: Desk, seconds: float, what: str) -> None:
    """Wait, with a line and a sign of life for the lock now and then. Raises LostError."""
    left = seconds
    while left > 0:
        desk.journal.go_on()
        desk.outside.tell(f"  {what}: {left:.0f} s to go")
        desk.outside.wait(min(left, SIGN_OF_LIFE))
        left -= SIGN_OF_LIFE
    desk.journal.go_on()
