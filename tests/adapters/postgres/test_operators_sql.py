"""The SQL that the pages tell operators to run does what they say, on the real server."""

import re
from pathlib import Path

import psycopg
import pytest

PAGES = Path(__file__).parents[3] / "docs/api"
SQL = re.compile(r"```sql\n(.*?)```", re.DOTALL)
SOMEBODY = "synthetic-author"
GIVEN_UP = "00000000-0000-4000-8000-000000000001"

pytestmark = pytest.mark.server


def statements(page: str) -> list[str]:
    """Return each statement of a page, about somebody and a mail that are there."""
    blocks = SQL.findall((PAGES / page).read_text())
    told = [each for block in blocks for each in block.split(";\n") if each.strip()]
    return [each.replace("AUTHOR", SOMEBODY).replace("'...'", f"'{GIVEN_UP}'") for each in told]


def run(database: str, page: str, word: str = "") -> int:
    """Run what has the word in it; return how many rows it changed, or read."""
    with psycopg.connect(database) as connection:
        found = [each for each in statements(page) if word in each]
        assert found
        return sum(connection.execute(each.encode()).rowcount for each in found)


def read(database: str, statement: str) -> object:
    with psycopg.connect(database) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


def test_a_step_is_relaxed(database: str) -> None:
    """A step that is relaxed is required of nobody."""
    assert run(database, "gated-routes.md", "SET required = false") == 1
    relaxed = "SELECT required FROM onboarding_step_definitions WHERE id = 'politique_retours'"
    assert read(database, relaxed) is False


def test_a_step_is_of_other_markets(database: str) -> None:
    """A step's markets are changed in place."""
    assert run(database, "gated-routes.md", "SET market_rule") == 1
    rule = (
        "SELECT market_rule -> 'in' ->> 1 FROM onboarding_step_definitions"
        " WHERE id = 'mentions_legales'"
    )
    assert read(database, rule) == "BE"


def test_a_step_is_taken_out(database: str) -> None:
    """A step that has ended is no longer among those that count."""
    count = run(database, "gated-routes.md", "SELECT DISTINCT ON")
    assert run(database, "gated-routes.md", "SET active_to = now()") == 1
    assert run(database, "gated-routes.md", "SELECT DISTINCT ON") == count - 1


def test_a_new_version(database: str) -> None:
    """A new version is the old one but for its number and its day."""
    assert run(database, "gated-routes.md", "SELECT id, version + 1") == 1
    known = (
        "SELECT count(DISTINCT title) || ' title, ' || max(version) || ' versions'"
        " FROM onboarding_step_definitions WHERE id = 'impressum'"
    )
    assert read(database, known) == "1 title, 2 versions"


def test_an_author_passes(database: str) -> None:
    """One author's step is completed, and the row says who did it, however often."""
    assert run(database, "gated-routes.md", "'operator'") == 1
    assert run(database, "gated-routes.md", "'operator'") == 1
    row = (
        "SELECT completed_by || row_version FROM user_onboarding"
        " WHERE user_id = 'synthetic-author' AND step_id = 'payments'"
    )
    assert read(database, row) == "operator3"


def test_an_author_who_has_not_begun_passes(database: str) -> None:
    """A step that an operator completes first is none that an import may write again."""
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM user_onboarding")
    assert run(database, "gated-routes.md", "'operator'") == 1
    assert read(database, "SELECT row_version FROM user_onboarding") == 2


def test_a_mail_is_sent_again(database: str) -> None:
    """A mail that was given up is due again."""
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO mail_outbox (id, user_id, kind, recipient, facts, attempts, given_up_at)"
            " VALUES (%s, %s, 'store_published', 'a@example.com', '{}', 10, now())",
            [GIVEN_UP, SOMEBODY],
        )
    assert run(database, "retry-strategies.md", "given_up_at = NULL") == 1
    assert read(database, "SELECT attempts FROM mail_outbox WHERE given_up_at IS NULL") == 0


@pytest.mark.parametrize("page", ["gated-routes.md", "retry-strategies.md"])
def test_every_statement_is_understood(database: str, page: str) -> None:
    """The server takes every statement of the page."""
    run(database, page)
