"""A PostgreSQL, by a person's own rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import psycopg

CONNECT_SECONDS = 10
URL = "DATABASE_URL"
FORM = "postgresql://user:password@host:5432/name"


class DatabaseError(Exception):
    """The database was not reached, or did not do it; the text says what to do."""

    exit_code = 1


class DatabaseChoiceError(DatabaseError):
    """No one database is meant. Nothing was done."""

    exit_code = 2


@dataclass(frozen=True, slots=True, repr=False)
class Database:
    """Where a database is; `url` has its password, and is never shown."""

    url: str

    @property
    def name(self) -> str:
        """The database for people: user, host and name."""
        return shown(self.url)


def parsed(url: str, name: str = URL) -> SplitResult:
    """Return the parts of the URL of a `name`. Raises DatabaseChoiceError, without the URL."""
    try:
        parts = urlsplit(url.strip())
        whole = parts.scheme in ("postgresql", "postgres") and parts.port != 0 and parts.path[1:]
    except ValueError:
        whole = ""
    if not whole:
        raise DatabaseChoiceError(
            f"{name} is no address such as {FORM}. Letters of the password other than A-Z, a-z, "
            "0-9, -, . and _ are written as %XX."
        )
    return parts


def shown(url: str) -> str:
    """Return a database's user, host and name, without its password."""
    parts = parsed(url)
    user = f"{unquote(parts.username)}@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    return (
        f"{user}{parts.hostname or dict(parse_qsl(parts.query)).get('host', '')}{port}{parts.path}"
    )


@contextmanager
def connected(database: Database, *, autocommit: bool = True) -> Iterator[psycopg.Connection]:
    """Yield a connection to the database. Raises DatabaseError for every failure of psycopg."""
    with (
        explained(database),
        psycopg.connect(
            database.url,
            autocommit=autocommit,
            connect_timeout=CONNECT_SECONDS,
            application_name="conteur-operator",
        ) as connection,
    ):
        yield connection


@contextmanager
def explained(database: Database) -> Iterator[None]:
    """Raise DatabaseError for every failure of psycopg, without a password."""
    try:
        yield
    except psycopg.Error as error:
        raise DatabaseError(f"{database.name}: {_told(error, database.url)}") from None


def _told(error: psycopg.Error, url: str) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    if password := parsed(url).password:
        for secret in (password, unquote(password)):
            text = text.replace(secret, "<password>")
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        return (
            f"it was not reached ({text}). Check the address and the network: a project's database "
            "has a private address, and --through takes a proxy's."
        )
    return f"it refused ({text}). Mend what it says, and try again."
