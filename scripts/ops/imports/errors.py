"""What can go wrong with `scripts/import`, for the person at the terminal."""

from scripts.ops.database import DatabaseError


class ImportRefusedError(DatabaseError):
    """The source cannot be taken as it is; nothing was written."""

    exit_code = 2


class ImportDiffersError(DatabaseError):
    """It was written, and the database does not have what the source has."""
