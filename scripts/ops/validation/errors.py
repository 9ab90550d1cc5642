"""How a check ends that does not pass.

CheckError
+- FoundError     it is not as it has to be
+- LeftOutError   there is nothing to look at here
"""

from collections.abc import Iterator
from contextlib import contextmanager

from scripts.ops.operations.errors import OperationError

ODD = (AttributeError, LookupError, TypeError, ValueError)
"""What reading an answer raises that is not as it is documented."""


class CheckError(Exception):
    """A check that did not pass. The text is what was found, `mend` what to do about it."""

    def __init__(self, said: str, mend: str = "") -> None:
        super().__init__(said)
        self.mend = mend


class FoundError(CheckError):
    """It is not as it has to be."""


class LeftOutError(CheckError):
    """There is nothing to look at here."""


@contextmanager
def understood(who: str) -> Iterator[None]:
    """Read an answer of Google's: raise OperationError where it is not as documented."""
    try:
        yield
    except ODD as error:
        # Only its kind: the answer may hold keys and tokens.
        raise OperationError(
            f"{who} has answered what is not understood ({type(error).__name__}). Try again."
        ) from error
