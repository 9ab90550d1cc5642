"""What git and the database know of migrations, in a repository of the test's own."""

import subprocess
from pathlib import Path

import pytest

from scripts.local.postgres import Postgres
from scripts.ops.migrations import migrate
from scripts.ops.operations.commands import Programs
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.git import commit_of
from scripts.ops.traffic.history import History
from tests.scripts.ops.migration_folder import bare_database

TABLE = "CREATE TABLE users (id text PRIMARY KEY, name text);"
CONTRACT = "-- contract: no revision since 1.4.0 reads it\nALTER TABLE users DROP name;"


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    asked = ["git", *who, *arguments]
    subprocess.run(asked, cwd=root, check=True, capture_output=True)


def commit(root: Path, *texts: str) -> str:
    """Commit migrations 0001, 0002 and so on, and return the commit."""
    folder = root / "migrations"
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts, 1):
        (folder / f"{number:04d}_test.sql").write_text(text)
    git(root, "add", ".")
    git(root, "commit", "--allow-empty", "-m", "a test")
    return commit_of(root)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    return tmp_path


def history(root: Path, **environ: str) -> History:
    return History(root, Programs(root, {}), environ)


def test_a_commit_that_knows_less(root: Path) -> None:
    """What the checkout has beyond counts as applied, where no database is named."""
    old = commit(root, TABLE)
    new = commit(root, TABLE, "ALTER TABLE users ADD note text;")
    assert history(root).compatible(old).text == "works beside 0002_test.sql"
    assert history(root).compatible(new).beyond == ()


def test_a_contract_by_its_version(root: Path) -> None:
    """The version's tag is in the history of the commit, or it is too old."""
    old = commit(root, TABLE)
    tagged = commit(root, TABLE)
    git(root, "tag", "--no-sign", "v1.4.0")
    after = commit(root, TABLE)
    commit(root, TABLE, CONTRACT)
    assert history(root).compatible(old).problems
    assert not history(root).compatible(tagged).problems
    assert not history(root).compatible(after).problems


def test_a_contract_since_a_version_that_is_not_there(root: Path) -> None:
    """A tag that git does not know is in nobody's history."""
    old = commit(root, TABLE)
    commit(root, TABLE, CONTRACT)
    assert "has taken away what it uses" in history(root).compatible(old).text


def test_a_commit_that_git_does_not_know(root: Path) -> None:
    """It is said, with what gets it."""
    commit(root, TABLE)
    [problem] = history(root).compatible("c0ffee" * 6 + "c0ff").problems
    assert problem == "git does not know its commit c0ffeec0ffee (git fetch)"


def test_migrations_that_cannot_be_read(root: Path) -> None:
    """A checkout without migrations is no place to go back from."""
    git(root, "commit", "--allow-empty", "-m", "nothing")
    with pytest.raises(OperationError, match="The migrations cannot be read"):
        history(root).compatible(commit_of(root))


@pytest.mark.server
def test_what_the_database_has(root: Path, postgres_server: Postgres) -> None:
    """What is in the checkout and not applied keeps nobody from going back."""
    old = commit(root, TABLE)
    with bare_database(postgres_server) as url:
        migrate(url, root / "migrations")
        commit(root, TABLE, CONTRACT)
        assert history(root).compatible(old).problems
        assert history(root, DATABASE_URL=url).compatible(old).problems == ()


def test_a_database_that_is_not_there(root: Path) -> None:
    """It is an error, not a verdict; the password is not in it."""
    old = commit(root, TABLE)
    url = "postgresql://ada:secret-word@127.0.0.1:1/none"
    with pytest.raises(OperationError, match="database's migrations cannot be read") as caught:
        history(root, DATABASE_URL=url).compatible(old)
    assert "secret-word" not in str(caught.value)
