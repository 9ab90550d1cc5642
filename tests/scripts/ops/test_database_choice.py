"""Which database a command works on, and what is told of it."""

from pathlib import Path

import grpc
import pytest

from scripts.local.ports import HOST
from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.local.standins.server import Fault
from scripts.ops.database import Database, DatabaseChoiceError, DatabaseError, connected
from scripts.ops.database_choice import ROOT, find_database
from scripts.ops.place import PlaceError
from scripts.ops.secrets import SecretError

URL = "postgresql://ada:s%2Fcret@db.example:5432/store"
PROJECT = "demo-conteur"


def test_the_environments() -> None:
    """DATABASE_URL names a database; its name for people has no password, nor has its repr."""
    database = find_database(ROOT, {"DATABASE_URL": URL}, project=None)
    assert (database.url, database.name) == (URL, "ada@db.example:5432/store")
    assert "cret" not in repr(database)


@pytest.mark.parametrize(
    ("environ", "project", "through", "told"),
    [
        ({}, None, None, "Name a database: -P staging"),
        ({"DATABASE_URL": URL}, "staging", None, "unset DATABASE_URL"),
        ({"DATABASE_URL": URL}, None, "127.0.0.1:1", "--through goes with -P"),
        ({"DATABASE_URL": "mysql://ada:secret@db/store"}, None, None, "no address such as"),
        ({"DATABASE_URL": "postgresql://ada:secret@db"}, None, None, "no address such as"),
        ({"DATABASE_URL": "postgresql://ada:sec/ret@db:5432/x"}, None, None, "written as %XX"),
    ],
)
def test_no_one_database(
    environ: dict[str, str], project: str | None, through: str | None, told: str
) -> None:
    """None, two, or what is no URL is refused with what to do, and never quoted."""
    with pytest.raises(DatabaseChoiceError, match=told) as refused:
        find_database(ROOT, environ, project=project, through=through)
    assert "ret@" not in str(refused.value)


def test_a_real_project_and_a_stand_in() -> None:
    """A real project's secret is never asked of a stand-in."""
    with pytest.raises(PlaceError, match="unset SECRET_MANAGER_ENDPOINT"):
        find_database(ROOT, {"SECRET_MANAGER_ENDPOINT": "127.0.0.1:1"}, project="staging")


@pytest.mark.server
@pytest.mark.parametrize(
    ("through", "url"),
    [
        (None, URL),
        ("127.0.0.1:6432", "postgresql://ada:s%2Fcret@127.0.0.1:6432/store?sslmode=disable"),
        ("bastion:6432", "postgresql://ada:s%2Fcret@bastion:6432/store"),
    ],
)
def test_a_projects(monkeypatch: pytest.MonkeyPatch, through: str | None, url: str) -> None:
    """-P has its URL from Secret Manager; a proxy on this machine speaks TLS itself."""
    with SecretManagerStandIn({"DATABASE_URL": URL}).serve() as address:
        monkeypatch.setenv("SECRET_MANAGER_ENDPOINT", address)
        environ = {"SECRET_MANAGER_ENDPOINT": address}
        assert find_database(ROOT, environ, project=PROJECT, through=through).url == url


@pytest.mark.server
@pytest.mark.parametrize(
    ("through", "query"),
    [
        ("bastion:6432", "sslmode=require&password=a%2Bb%20c&options="),
        ("[::1]:6432", "password=a%2Bb%20c&options=&sslmode=disable"),
    ],
)
def test_the_way_in_the_query(monkeypatch: pytest.MonkeyPatch, through: str, query: str) -> None:
    """No host, address or port of the URL's query leads past the proxy; all else stays."""
    way = "host=db&hostaddr=10.0.0.5&port=5433"
    url = f"postgresql://ada@/store?{way}&sslmode=require&password=a+b%20c&options="
    with SecretManagerStandIn({"DATABASE_URL": url}).serve() as address:
        monkeypatch.setenv("SECRET_MANAGER_ENDPOINT", address)
        environ = {"SECRET_MANAGER_ENDPOINT": address}
        found = find_database(ROOT, environ, project=PROJECT, through=through)
    assert found.url == f"postgresql://ada@{through}/store?{query}"


@pytest.mark.server
@pytest.mark.parametrize(
    ("code", "told"),
    [
        (grpc.StatusCode.PERMISSION_DENIED, "Ask an owner of the project for roles/secretmanager"),
        (grpc.StatusCode.UNAUTHENTICATED, "Run `gcloud auth application-default login`"),
        (grpc.StatusCode.NOT_FOUND, "There is no such secret there"),
        (grpc.StatusCode.FAILED_PRECONDITION, "the operator enables it"),
    ],
)
def test_a_secret_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, code: grpc.StatusCode, told: str
) -> None:
    """It is said why, and what to do."""
    stand_in = SecretManagerStandIn({"DATABASE_URL": URL})
    stand_in.fault = Fault(code)
    with stand_in.serve() as address:
        monkeypatch.setenv("SECRET_MANAGER_ENDPOINT", address)
        environ = {"SECRET_MANAGER_ENDPOINT": address}
        with pytest.raises(SecretError, match=told):
            find_database(Path(ROOT), environ, project=PROJECT)


@pytest.mark.parametrize(
    ("password", "told"), [("hidden", "was not reached"), ("hidden%zz", "refused .*<password>")]
)
def test_a_server_that_is_not_there(password: str, told: str) -> None:
    """The text names the database, and no password: libpq quotes one that is written wrongly."""
    database = Database(f"postgresql://ada:{password}@{HOST}:1/store")
    with pytest.raises(DatabaseError, match=told) as refused, connected(database):
        pass
    assert str(refused.value).startswith(f"ada@{HOST}:1/store: ")
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("name", ["password", "sslpassword", "pass%77ord"])
@pytest.mark.parametrize("password", ["hidden%zz", "hid  den", "hid+den%zz"])
def test_a_password_in_the_query(name: str, password: str) -> None:
    """A password of the URL's query is told as little as one before the host."""
    database = Database(f"postgresql://ada@{HOST}:1/store?{name}={password}")
    with (
        pytest.raises(DatabaseError, match=r"refused .*<password>") as refused,
        connected(database),
    ):
        pass
    assert "hid" not in str(refused.value)


def test_a_short_password() -> None:
    """A password whose letters are in what stands for it is replaced once."""
    database = Database(f"postgresql://ada@{HOST}:1/store?password=%zz&sslpassword=p")
    with pytest.raises(DatabaseError) as refused, connected(database):
        pass
    assert "<<" not in str(refused.value)


@pytest.mark.server
def test_a_password_that_is_wrong(database: str) -> None:
    """The server's refusal is told without the password."""
    user, _, rest = database.partition("@")
    wrong = Database(f"{user.rpartition(':')[0]}:hidden@{rest}")
    with pytest.raises(DatabaseError, match="password authentication failed") as refused:
        connected(wrong).__enter__()
    assert "hidden" not in str(refused.value)
