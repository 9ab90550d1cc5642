"""The store's database, for a deploy: what is pending, by whoever may know it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from google.api_core.exceptions import NotFound

from conteur.adapters.google_retry import last_failure
from scripts.ops import migration_errors
from scripts.ops.database import URL, DatabaseError, shown
from scripts.ops.migrations import migrate, pending
from scripts.ops.operations.errors import BusyError, OperationError, RefusedError
from scripts.ops.place import PlaceError
from scripts.ops.secrets import SecretError

OWNER = (
    f"Set {URL} to the owner's URL, through a proxy if need be (docs/deploy.md, The database's two "
    "users), and give the command again"
)


@dataclass(frozen=True, slots=True)
class StoreSchema:
    """A Schema. `read_secret` returns the service's own URL, and raises SecretError."""

    environ: Mapping[str, str]
    folder: Path
    read_secret: Callable[[], str]

    def pending(self) -> Sequence[str] | None:
        """Name what the database lacks, as its owner sees it or else as the service does."""
        owner = self.environ.get(URL, "")
        url = owner or self._service_url()
        if not url:
            return None
        try:
            names = [each.name for each in pending(url, self.folder)]
        except DatabaseError as error:
            raise RefusedError(
                f"Whether migrations are pending cannot be known: {error} Nothing was changed. "
                f"{OWNER}."
            ) from error
        if names and not owner:
            raise RefusedError(
                f"{shown(url)} lacks {', '.join(names)}, and {URL} names no owner who may apply "
                f"that. Nothing was changed. {OWNER}."
            )
        return names

    def apply(self) -> Sequence[str]:
        """Apply what it lacks."""
        try:
            return [each.name for each in migrate(self.environ[URL], self.folder)]
        except migration_errors.BusyError as error:
            raise BusyError(str(error)) from error
        except DatabaseError as error:
            raise OperationError(f"{error} No function was deployed.") from error

    def _service_url(self) -> str:
        """Return the secret; empty where there is none, for then no store is set up."""
        try:
            return self.read_secret()
        except SecretError as error:
            if _is_missing(error):
                return ""
            raise RefusedError(
                f"{error} Nothing was changed; {OWNER[0].lower()}{OWNER[1:]}."
            ) from error
        except PlaceError as error:
            raise RefusedError(str(error)) from error


def _is_missing(error: SecretError) -> bool:
    cause = error.__cause__
    root = cause.__cause__ if cause else None
    return isinstance(root, Exception) and isinstance(last_failure(root), NotFound)
