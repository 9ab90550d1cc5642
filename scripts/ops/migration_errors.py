"""What can go wrong with `scripts/migrate`, for the person at the terminal."""

from scripts.ops.database import DatabaseError


class MigrationError(DatabaseError):
    """A migration was not applied; the text says what happened, what it means, what to do."""


class RefusedError(MigrationError):
    """The files and the database do not go together; nothing was applied."""

    exit_code = 2


class BusyError(MigrationError):
    """Others hold what is needed: try again."""

    exit_code = 3
