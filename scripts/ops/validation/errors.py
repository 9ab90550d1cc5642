"""How a check ends that does not pass.

CheckError
+- FoundError     it is not as it has to be
+- LeftOutError   there is nothing to look at here
"""


class CheckError(Exception):
    """A check that did not pass. The text is what was found, `mend` what to do about it."""

    def __init__(self, said: str, mend: str = "") -> None:
        super().__init__(said)
        self.mend = mend


class FoundError(CheckError):
    """It is not as it has to be."""


class LeftOutError(CheckError):
    """There is nothing to look at here."""
