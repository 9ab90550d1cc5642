"""Whether the database still serves earlier code."""

import pytest

from scripts.ops.migration_files import Migration
from scripts.ops.traffic.compatibility import Verdict, judge

FIRST = Migration(1, "0001_store.sql", "CREATE TABLE users (id text PRIMARY KEY, name text);")
ADDS = Migration(2, "0002_adds.sql", "ALTER TABLE users ADD note text;")
BREAKS = Migration(2, "0002_breaks.sql", "ALTER TABLE users DROP name;")
CONTRACT = Migration(
    3,
    "0003_contract.sql",
    "-- contract: no revision since 1.4.0 reads users.name\nALTER TABLE users DROP name;",
)


def verdict(*migrations: Migration, since: str = "", known: int = 1) -> Verdict:
    """Judge code that knows the first `known` files, and has the version `since`."""
    names = [each.name for each in migrations]
    return judge(migrations, names[:known], names, lambda named: named == since)


def test_nothing_beyond() -> None:
    """Code that knows all that is applied works with it."""
    found = verdict(FIRST, ADDS, known=2)
    assert (found.beyond, found.problems) == ((), ())
    assert "no migration that its commit does not know" in found.text


def test_what_adds() -> None:
    """Older code works beside what only adds."""
    found = verdict(FIRST, ADDS)
    assert found.problems == ()
    assert found.text == "works beside 0002_adds.sql"


def test_what_breaks() -> None:
    """A file that breaks the rules of migrations keeps from going back behind it."""
    [problem] = verdict(FIRST, BREAKS).problems
    assert problem.startswith("0002_breaks.sql: `ALTER TABLE users DROP name` takes away")
    assert verdict(FIRST, BREAKS, known=2).problems == ()


def test_a_contract() -> None:
    """What it has taken away is used by code that is older than its line says."""
    found = verdict(FIRST, ADDS, CONTRACT, known=2)
    assert found.text == (
        "0003_contract.sql has taken away what it uses: no revision since 1.4.0 reads users.name"
    )


def test_a_contract_that_is_older_than_the_code() -> None:
    """Code of the version that its line names, or a newer one, works without."""
    found = verdict(FIRST, ADDS, CONTRACT, since="1.4.0", known=2)
    assert found.problems == ()
    assert found.text == "works beside 0003_contract.sql"


@pytest.mark.parametrize("line", ["nobody needs it", "since last spring", "since"])
def test_a_contract_that_does_not_say_since_when(line: str) -> None:
    """It refuses, for nobody can tell."""
    vague = Migration(2, "0002_vague.sql", f"-- contract: {line}\nALTER TABLE users DROP name;")
    [problem] = verdict(FIRST, vague, since="1.4.0").problems
    assert "does not say since when" in problem


def test_a_contract_since_a_commit() -> None:
    """A commit is as good as a version."""
    line = "-- contract: no revision since c0ffee1 reads it\nALTER TABLE users DROP name;"
    taken = Migration(2, "0002_taken.sql", line)
    assert verdict(FIRST, taken, since="c0ffee1").problems == ()


def test_what_a_newer_checkout_has_applied() -> None:
    """Of a file that is not here nobody knows what it does."""
    found = judge([FIRST], [FIRST.name], [FIRST.name, "0002_theirs.sql"], lambda _: True)
    assert found.problems == (
        "0002_theirs.sql is applied, and this checkout has no such file (git pull)",
    )
