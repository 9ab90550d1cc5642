"""What can go wrong while the local stack starts or runs, for the person at the terminal."""


class LocalStackError(Exception):
    """The command cannot go on; the text says what happened and what to do next."""


class ProcessError(LocalStackError):
    """A process of the stack ended, or was not ready in time; the text has its last lines."""


class RefusedError(LocalStackError):
    """The function refused what the user asked for; nothing in the logs would tell more."""
