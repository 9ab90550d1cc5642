"""`scripts/migrate` at the terminal."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from scripts.local.postgres import Postgres
from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.ops.migrate import main
from tests.scripts.ops.migration_folder import bare_database, tables, write

pytestmark = pytest.mark.server

DONE, FAILED, REFUSED = range(3)
FIRST = "CREATE TABLE first (id int);"


@pytest.fixture
def url(postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with bare_database(postgres_server) as bare:
        monkeypatch.setenv("DATABASE_URL", bare)
        yield bare


def test_what_is_applied_is_told(
    url: str, postgres_server: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each file is told by its name, and the database without its password."""
    assert main([], write(tmp_path, FIRST)) == DONE
    told = capsys.readouterr().out
    assert "applied  0001_test.sql" in told
    assert f"app@127.0.0.1:{postgres_server.port}/" in told
    assert postgres_server.password not in told
    assert main([], tmp_path) == DONE
    assert "has all migrations of this checkout" in capsys.readouterr().out
    assert "first" in tables(url)


@pytest.mark.parametrize("option", ["--dry-run", "--status"])
def test_looking_writes_nothing(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    """--dry-run and --status show what is pending, and make no table."""
    assert main([option], write(tmp_path, FIRST)) == DONE
    assert "pending  0001_test.sql" in capsys.readouterr().out
    assert tables(url) == set()


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--status"]])
def test_nothing_is_pending(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    """A database that has all of them is said to, and nothing else but what was asked for."""
    main([], write(tmp_path, FIRST))
    capsys.readouterr()
    assert main(options, tmp_path) == DONE
    _, _, *told = capsys.readouterr().out.splitlines()
    asked = [told.pop(0)[:7], told.pop(0)] if "--status" in options else []
    assert asked in ([], ["applied", ""])
    assert told == ["The database has all migrations of this checkout."]


@pytest.mark.usefixtures("url")
def test_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json says what was done, what is applied, what is pending and what is newer."""
    main(["--json"], write(tmp_path, FIRST, "SELECT 1;"))
    assert json.loads(capsys.readouterr().out)["done"] == ["0001_test.sql", "0002_test.sql"]
    (tmp_path / "0002_test.sql").unlink()
    assert main(["--status", "--json"], tmp_path) == DONE
    told = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in told["applied"]] == ["0001_test.sql", "0002_test.sql"]
    assert (told["done"], told["pending"], told["newer"]) == ([], [], ["0002_test.sql"])


@pytest.mark.usefixtures("url")
def test_a_newer_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An older checkout does nothing, says so and succeeds."""
    main([], write(tmp_path, FIRST, "SELECT 1;"))
    (tmp_path / "0002_test.sql").unlink()
    capsys.readouterr()
    assert main([], tmp_path) == DONE
    assert "newer    0002_test.sql: applied by a newer checkout" in capsys.readouterr().out


@pytest.mark.usefixtures("url")
def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that fails exits with 1, one that is refused with 2."""
    assert main([], write(tmp_path, "SELECT 1/0;")) == FAILED
    assert "division by zero" in capsys.readouterr().err
    main([], write(tmp_path, FIRST))
    assert main([], write(tmp_path, FIRST + " ")) == REFUSED


def test_the_database_of_a_project(
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """-P takes the URL out of Secret Manager, and --through puts a proxy's address into it."""
    monkeypatch.delenv("DATABASE_URL")
    host = psycopg.conninfo.conninfo_to_dict(url)
    far = url.replace(f"127.0.0.1:{host['port']}", "192.0.2.1") + "?sslmode=require"
    with SecretManagerStandIn({"DATABASE_URL": far}).serve() as address:
        monkeypatch.setenv("SECRET_MANAGER_ENDPOINT", address)
        arguments = ["-P", "demo-conteur", "--through", f"127.0.0.1:{host['port']}"]
        assert main(arguments, write(tmp_path, FIRST)) == DONE
    assert "first" in tables(url)
