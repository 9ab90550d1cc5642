"""What can go wrong with an operation, for the person at the terminal and for CI.

    OperationError      4  a service did not do it; the text says what is done, and what is not
    +- RefusedError     2  asked for wrongly, or a gate is open; nothing was changed
    +- BusyError        3  somebody else is at it, or was faster
    |  +- LostError     3  somebody else has taken this operation's place
    +- FailedError      1  all was done, and what was looked at is not as it has to be
    +- WentBackError    5  the new revision was bad: the one before has all traffic again

Each text says what happened, what it means, and what to do next.
"""


class OperationError(Exception):
    """A service did not do it."""

    exit_code = 4


class RefusedError(OperationError):
    """Asked for wrongly, or a gate is open; nothing was changed."""

    exit_code = 2


class BusyError(OperationError):
    """Somebody else is at it, or was faster."""

    exit_code = 3


class LostError(BusyError):
    """Somebody else has taken this operation's place; it stops where it is."""


class FailedError(OperationError):
    """What was looked at is not as it has to be."""

    exit_code = 1


class WentBackError(OperationError):
    """The new revision was bad; the one before has all traffic again."""

    exit_code = 5


EXIT_CODES = (
    "exit codes: 0 done; 1 something is not as it has to be; 2 refused, nothing was changed;\n"
    "3 somebody else is at it, or was faster; 4 a service did not do it (the text says what is "
    "done);\n5 the new revision was bad, and the one before has all traffic again; 130 interrupted"
)
