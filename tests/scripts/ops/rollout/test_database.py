"""The store's database, as a deploy sees it."""

from pathlib import Path

import pytest
from google.api_core.exceptions import NotFound, PermissionDenied

from conteur.errors import SecretUnavailableError
from scripts.ops.database import URL
from scripts.ops.migration_files import MIGRATIONS
from scripts.ops.operations.errors import RefusedError
from scripts.ops.rollout.database import StoreSchema
from scripts.ops.secrets import SecretError

NOWHERE = "postgresql://store_service:word@127.0.0.1:1/store"


def failing(cause: Exception) -> SecretError:
    """Return what read_secret raises where Secret Manager answers so."""
    unavailable, error = SecretUnavailableError("x"), SecretError("The secret cannot be read.")
    unavailable.__cause__, error.__cause__ = cause, unavailable
    return error


def schema(
    owner: str = "", service: str = "", error: Exception | None = None, folder: Path = MIGRATIONS
) -> StoreSchema:
    def read() -> str:
        if error:
            raise error
        return service

    return StoreSchema({URL: owner} if owner else {}, folder, read)


def one_more(folder: Path) -> Path:
    """Return a folder with all migrations, and one that no database has."""
    files = sorted(MIGRATIONS.glob("*.sql"))
    for each in files:
        (folder / each.name).write_text(each.read_text())
    (folder / f"{len(files) + 1:04d}_more.sql").write_text("CREATE TABLE more (id integer);")
    return folder


def test_no_store() -> None:
    """Where the project has no secret of a database, no store is set up."""
    assert schema(error=failing(NotFound("none"))).pending() is None


def test_secret_denied() -> None:
    """Where the secret cannot be read, nobody knows: it is refused, with the owner's way."""
    with pytest.raises(RefusedError, match=r"cannot be read\..*DATABASE_URL"):
        schema(error=failing(PermissionDenied("no"))).pending()


def test_out_of_reach() -> None:
    """Likewise where the database is out of reach; its password is not shown."""
    with pytest.raises(RefusedError, match="cannot be known") as error:
        schema(service=NOWHERE).pending()
    assert "word" not in str(error.value)


@pytest.mark.server
def test_nothing_pending(database: str) -> None:
    """Whoever may only look is enough where nothing is pending."""
    assert schema(service=database).pending() == []


@pytest.mark.server
def test_pending_without_owner(database: str, tmp_path: Path) -> None:
    """Where something is pending, the owner is needed."""
    with pytest.raises(RefusedError, match=r"lacks \d+_more\.sql.*DATABASE_URL.*owner"):
        schema(service=database, folder=one_more(tmp_path)).pending()


@pytest.mark.server
def test_applied(database: str, tmp_path: Path) -> None:
    """The owner applies it, once."""
    its = schema(owner=database, folder=one_more(tmp_path))
    (name,) = its.pending() or []
    assert name.endswith("_more.sql")
    assert its.apply() == [name]
    assert its.pending() == []
