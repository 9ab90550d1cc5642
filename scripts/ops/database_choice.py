"""Which PostgreSQL a command works on: DATABASE_URL's, or the one of a project's secret."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote, urlencode

from scripts.ops.database import FORM, URL, Database, DatabaseChoiceError, parameters, parsed
from scripts.ops.place import find_place
from scripts.ops.secrets import ENDPOINT, read_secret

ROOT = Path(__file__).resolve().parents[2]
_WAY = frozenset({"host", "hostaddr", "port"})  # in the query these would win over the proxy


def add_database(parser: ArgumentParser) -> None:
    """Let a command take `-P` and `--through`."""
    parser.add_argument("-P", "--project", help="an alias of .firebaserc, or a project's id")
    way = "a proxy in the way to a project's database, such as 127.0.0.1:6432"
    parser.add_argument("--through", metavar="HOST:PORT", help=way)


def chosen_database(options: Namespace, environ: Mapping[str, str]) -> Database:
    """Return the database that the options of `add_database` or the environment mean."""
    return find_database(ROOT, environ, project=options.project, through=options.through)


def find_database(
    root: Path, environ: Mapping[str, str], *, project: str | None, through: str | None = None
) -> Database:
    """Return the database that `-P` or the environment mean.

    `through` (`host:port`) is a proxy in the way to a project's. Raises DatabaseChoiceError,
    PlaceError and SecretError.
    """
    url = environ.get(URL, "")
    if url and project:
        raise DatabaseChoiceError(
            f"{URL} names a database, and -P {project} another: unset {URL}, or leave out -P."
        )
    if not url and not project:
        raise DatabaseChoiceError(f"Name a database: -P staging, -P production, or {URL}={FORM}.")
    if through and not project:
        raise DatabaseChoiceError(f"--through goes with -P: {URL} itself may name the proxy.")
    if project:
        place = find_place(root, project, environ, local=False, emulators=(ENDPOINT,))
        url = read_secret(place, URL)
    parsed(url)
    return Database(_through(url, through) if through else url)


def _through(url: str, proxy: str) -> str:
    """Return the URL by way of a proxy, which speaks TLS itself where it is on this machine."""
    host, colon, port = proxy.rpartition(":")
    if not (colon and host and port.isdecimal()):
        raise DatabaseChoiceError(f"--through {proxy} is no host and port such as 127.0.0.1:6432.")
    parts = parsed(url)
    user = parts.netloc.rpartition("@")[0]
    others = [each for each in parameters(parts) if each[0] not in _WAY]
    if _is_loopback(host):
        others = [*(each for each in others if each[0] != "sslmode"), ("sslmode", "disable")]
    netloc = f"{user}@{host}:{port}" if user else f"{host}:{port}"
    # libpq takes a "+" for itself: https://www.postgresql.org/docs/current/libpq-connect.html
    return parts._replace(netloc=netloc, query=urlencode(others, quote_via=quote)).geturl()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
