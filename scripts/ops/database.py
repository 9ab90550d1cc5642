"""A PostgreSQL, by a person's own rights."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

import psycopg
from psycopg.errors import InsufficientPrivilege

CONNECT_SECONDS = 10
URL = "DATABASE_URL"
FORM = "postgresql://user:password@host:5432/name"
_SECRET = frozenset({"password", "sslpassword", "oauth_client_secret"})


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
    host = parts.hostname or dict(parameters(parts)).get("host", "")
    return f"{user}{host}{port}{parts.path}"


def parameters(parts: SplitResult) -> list[tuple[str, str]]:
    """Return the parameters of a URL's query as libpq reads them: a "+" is no space."""
    pairs = (each.partition("=") for each in parts.query.split("&") if each)
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


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
    text = str(error)
    if secrets := _secrets(parsed(url)):  # in one pass: they may be letters of "<password>"
        text = re.sub("|".join(map(re.escape, secrets)), "<password>", text)
    text = " ".join(text.split()) or type(error).__name__
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        return (
            f"it was not reached ({text}). Check the address and the network: a project's database "
            "has a private address, and --through takes a proxy's."
        )
    if isinstance(error, InsufficientPrivilege):
        return f"it refused ({text}). Do it as its owner: {URL}=… without -P."
    return f"it refused ({text}). Mend what it says, and try again."


def _secrets(parts: SplitResult) -> list[str]:
    """Return the passwords of a URL, those of its query too, as they are and as they are written.

    The longest are first: one may be within another.
    """
    pairs = (each.partition("=") for each in parts.query.split("&"))
    written = [value for name, _, value in pairs if unquote(name) in _SECRET]
    found = {each for one in (parts.password or "", *written) for each in (one, unquote(one))}
    return sorted(found - {""}, key=len, reverse=True)
