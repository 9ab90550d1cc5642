"""Names and values of an older deployment that are other than ours."""

import pytest

from tests.scripts.ops.imports.older import ADA, DONE, REFUSED, THEME, Mover

pytestmark = pytest.mark.server

COUNTRY = {"id": "ada", "country": "France", "created_at": "2024-11-11", "password_hash": "x"}
FILE = """
[columns.users]
country = "market"
[values.users.market]
France = "FR"
[values.user_onboarding.status]
completed = "done"
"""


def test_names_and_values_of_a_file(mover: Mover) -> None:
    """A TOML file says which column is ours, and what its values are here."""
    mover.put("users", COUNTRY)
    mover.put("user_onboarding", {**THEME, "status": "completed"})
    (mover.folder / "old.toml").write_text(FILE)
    assert mover.run("--mapping", str(mover.folder / "old.toml")) == DONE
    assert mover.all("users", "id, market") == [("ada", "FR")]
    assert mover.all("user_onboarding", "user_id, status") == [("ada", "done")]


def test_names_of_the_command(mover: Mover) -> None:
    """--map names a column, and what nothing takes is told."""
    mover.put("users", {**COUNTRY, "country": "DE"})
    users = mover.report("--map", "users.country=market")["tables"]["users"]
    assert (users["new"], users["left"]) == (1, ["password_hash"])


def test_a_column_that_lacks(mover: Mover) -> None:
    """It is refused with what there is, and how to map it."""
    mover.put("users", COUNTRY)
    assert mover.run() == REFUSED
    told = mover.capsys.readouterr().err
    assert "users has no column market. It has id, country, created_at, password_hash." in told
    assert "--map users.OLD=market" in told


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("users.country", "maps nothing"),
        ("country=market", "maps nothing"),
        ("people.country=market", "people is no table of users"),
        ("users.land=market", "users has no column land, which is mapped"),
        ("users.email=market", "users has market twice"),
    ],
)
def test_a_wrong_name(mover: Mover, named: str, told: str) -> None:
    """A mapping of what is not there is refused."""
    mover.put("users", ADA)
    assert mover.run("--map", named) == REFUSED
    assert told in mover.capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[columns", "cannot be read"),
        ("columns = 1", "cannot be read"),
        ("[column.users]\na = 'b'", "and nothing else"),
        ("[columns.users]\na = 1", "and nothing else"),
        ("[values.users.age]\na = 'b'", "users has no age here"),
        ("[values.people.age]\na = 'b'", "people is no table"),
    ],
)
def test_a_wrong_file(mover: Mover, text: str, told: str) -> None:
    """A file that says something else is refused."""
    mover.put("users", ADA)
    (mover.folder / "old.toml").write_text(text)
    assert mover.run("--mapping", str(mover.folder / "old.toml")) == REFUSED
    assert told in mover.capsys.readouterr().err
