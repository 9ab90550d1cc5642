"""The numbered SQL files of migrations/: each is applied once, in the order of its number."""

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from scripts.ops.migration_errors import RefusedError
from scripts.ops.sql_statements import statements, without_texts

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_CONCURRENTLY = re.compile(r"(CREATE (UNIQUE )?|DROP |RE)INDEX .*\bCONCURRENTLY\b", re.IGNORECASE)


@dataclass(frozen=True)
class Migration:
    """One file: its number, its name (`0001_store.sql`) and what it says."""

    number: int
    name: str
    sql: str

    @cached_property
    def checksum(self) -> str:
        """The SHA-256 of the text in hexadecimal; line ends count as they do in Git, as one."""
        return sha256(self.sql.encode()).hexdigest()

    @cached_property
    def statements(self) -> list[str]:
        """The statements of the file."""
        return statements(self.sql)

    @property
    def concurrent(self) -> bool:
        """Whether its statements run one by one, which PostgreSQL wants of CONCURRENTLY.

        Raises RefusedError where only some of them have that word.
        """
        having = [_CONCURRENTLY.match(without_texts(each)) is not None for each in self.statements]
        if any(having) and not all(having):
            raise RefusedError(
                f"{self.name} mixes CONCURRENTLY, which runs outside of a transaction, with other "
                "statements. Give these a file of their own. Nothing was applied."
            )
        return any(having)


def read_migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """Return the files of a folder by their numbers.

    Raises RefusedError where they are not 0001, 0002 and so on, each once.
    """
    migrations = [_read(path) for path in sorted(folder.glob("*.sql"))]
    if not migrations:
        raise RefusedError(f"There are no migrations in {folder}: check the folder's name.")
    for place, migration in enumerate(migrations, 1):
        if migration.number != place:
            raise RefusedError(
                f"{migration.name} stands where {place:04d}_….sql is expected: numbers have no gap,"
                " and none is there twice. Rename the newest files. Nothing was applied."
            )
    return migrations


def _read(path: Path) -> Migration:
    named = _NAME.fullmatch(path.name)
    if not named:
        raise RefusedError(
            f"{path.name} is no name such as 0004_step_changes.sql: rename it. Nothing was applied."
        )
    return Migration(int(named[1]), path.name, path.read_text())
