"""Lets time pass, and says so: nobody should wonder whether a command still lives."""

from scripts.ops.operations.journal import Tell
from scripts.ops.rollout.ports import Wait

SIGN_OF_LIFE = 30.0  # seconds


def let_pass(seconds: float, what: str, wait: Wait, tell: Tell) -> None:
    """Wait, with a line now and then."""
    left = seconds
    while left > 0:
        tell(f"  {what}: {left:.0f} s to go")
        wait(min(left, SIGN_OF_LIFE))
        left -= SIGN_OF_LIFE
