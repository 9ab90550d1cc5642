"""`scripts/import` out of CSV files into a real PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from conteur.adapters.postgres.database import PostgresDatabase
from conteur.adapters.postgres.pool import PostgresPool
from conteur.domain.store.onboarding import Progress, StepStatus
from conteur.use_cases.store.ports import Transaction
from tests.adapters.postgres.world import CLOCK, PATIENT, Url, soon
from tests.scripts.ops.imports.older import (
    ADA,
    BOB,
    DONE,
    EVENT,
    PAYMENTS,
    REFUSED,
    SHOP,
    THEME,
    Mover,
)

pytestmark = pytest.mark.server


def test_everything_is_taken_over(mover: Mover) -> None:
    """Users, stores, steps and events are here as they were there, times in their zones."""
    mover.put_all()
    assert mover.run() == DONE
    found = mover.all("users", "id, email, market, role, blocked")
    assert found == [
        ("ada", "ada@example.com", "FR", "owner", False),
        ("bob", None, "DE", "owner", False),
    ]
    at = datetime(2024, 11, 13, 9, tzinfo=UTC)
    assert mover.all("user_onboarding", "step_id, status, completed_at") == [("theme", "done", at)]
    public = [("adas", datetime(2024, 11, 14, tzinfo=UTC), True)]
    assert mover.all("stores", "slug, published_at, publication_id IS NOT NULL") == public
    assert mover.all("onboarding_events", "event_type, metadata") == [
        ("gating.blocked", {"attempt": 1})
    ]


def test_the_report(mover: Mover) -> None:
    """It says of each table what was read, and how much of it was new, the same or changed."""
    mover.put_all()
    users = mover.report()["tables"]["users"]
    assert (users["read"], users["new"], users["missing"]) == (2, 2, 0)
    mover.put("users", ADA, {**BOB, "market": "FR"})
    users = mover.report()["tables"]["users"]
    assert (users["new"], users["changed"], users["unchanged"]) == (0, 1, 1)


def test_a_second_time(mover: Mover) -> None:
    """An import that is repeated changes nothing: ids that were made are the same again."""
    mover.put_all()
    mover.run()
    before = mover.everything()
    counts = mover.report()["tables"].values()
    assert all((each["new"], each["changed"]) == (0, 0) for each in counts)
    assert mover.everything() == before


def test_a_dry_run(mover: Mover) -> None:
    """It checks all and writes nothing."""
    mover.put_all()
    assert mover.run("--dry-run") == DONE
    assert "Nothing was written (--dry-run)." in mover.capsys.readouterr().out
    assert mover.everything() == [[], [], [], []]


def test_what_was_changed_here_since(mover: Mover) -> None:
    """A step or a store that an author has changed here since stays, and is counted as kept."""
    mover.put_all()
    mover.run()
    mover.execute("UPDATE user_onboarding SET snooze_count = 3, row_version = 2")
    mover.execute("UPDATE onboarding_events SET event_type = 'store.published'")
    tables = mover.report()["tables"]
    assert [its["kept"] for its in tables.values()] == [0, 0, 1, 1]
    assert mover.all("user_onboarding", "user_id, snooze_count") == [("ada", 3)]


@contextmanager
def authors(mover: Mover) -> Iterator[Transaction]:
    """Yield a transaction of the service, as an author or a provider makes one."""
    pool = PostgresPool(Url(mover.url), CLOCK, size=1, waiting=1, seconds=PATIENT)
    with closing(pool), PostgresDatabase(pool).transaction(soon()) as transaction:
        yield transaction


def test_a_step_that_was_done_here_first(mover: Mover) -> None:
    """A step that was done here before it was ever imported stays done, and is kept."""
    mover.put_all()
    (mover.folder / "user_onboarding.csv").unlink()
    mover.run()
    with authors(mover) as transaction:
        verified = Progress(1, StepStatus.DONE, completed_by="stripe", completed_at=CLOCK.now())
        transaction.save_progress("ada", "payments", verified)
    mover.put("user_onboarding", THEME, {**PAYMENTS, "status": "todo", "completed_at": ""})
    steps = mover.report()["tables"]["user_onboarding"]
    assert (steps["new"], steps["changed"], steps["kept"]) == (1, 0, 1)
    found = mover.all("user_onboarding", "step_id, status")
    assert found == [("payments", "done"), ("theme", "done")]


@pytest.mark.parametrize("public", [True, False])
def test_a_store_that_was_changed_here(mover: Mover, *, public: bool) -> None:
    """A store that its author has published or unpublished here stays so, and is kept."""
    mover.put_all()
    mover.put("stores", {**SHOP, "published_at": "" if public else SHOP["published_at"]})
    mover.run()
    with authors(mover) as transaction:
        store = transaction.store_of("ada", lock=True)
        assert store is not None
        if public:
            transaction.publish(store, uuid4(), CLOCK.now())
        else:
            transaction.unpublish(store)
    stores = mover.report()["tables"]["stores"]
    assert (stores["changed"], stores["kept"]) == (0, 1)
    assert mover.all("stores", "published_at IS NOT NULL, slug") == [(public, "adas")]


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        ("users", {**ADA, "market": "France"}, "market 'France' is nothing such as FR"),
        ("users", {**ADA, "market": ""}, "market is missing"),
        ("users", {**ADA, "id": "a b"}, "id 'a b' is nothing such as a user's id"),
        ("users", {**ADA, "created_at": "soon"}, "created_at 'soon' is no time such as"),
        ("users", {**ADA, "email": "x"}, "email is nothing such as an address"),
        ("users", {**ADA, "id": "synthetic-author"}, "is that of the synthetic shop"),
        ("stores", {**SHOP, "slug": "Adas"}, "slug 'Adas' is nothing such as my-shop"),
        ("stores", {**SHOP, "slug": "synthetic-shop"}, "its slug is that of synthetic-author here"),
        ("user_onboarding", {**THEME, "step_id": "tour"}, "the step tour is unknown here"),
        ("user_onboarding", {**THEME, "version": "2"}, "version 2 of theme is unknown here (1)"),
        ("user_onboarding", {**THEME, "version": "1.5"}, "is no whole number from 1 to"),
        ("user_onboarding", {**THEME, "status": "complete"}, "is nothing such as todo, done"),
        ("user_onboarding", {**THEME, "completed_at": ""}, "it is done, and has no completed_at"),
        ("user_onboarding", {**THEME, "user_id": "eve"}, "the user eve is neither here nor there"),
        ("onboarding_events", {**EVENT, "event_type": "Blocked"}, "is nothing such as store.pub"),
        ("onboarding_events", {**EVENT, "metadata": "[1]"}, "is no JSON object such as"),
    ],
)
def test_a_bad_row(mover: Mover, table: str, row: dict[str, str], told: str) -> None:
    """It is refused with its line and what is wrong, addresses unquoted; nothing is written."""
    mover.put_all()
    mover.put(table, *([BOB, row, ADA] if table == "users" and row["id"] != "ada" else [row]))
    problems = [each for each in mover.problems() if each.startswith(f"{table}.csv line")]
    assert told in problems[0]
    assert "ada@" not in "".join(problems)


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("users", [ADA, BOB, {**ADA, "email": ""}]),
        ("stores", [SHOP, {**SHOP, "slug": "other"}]),
        ("stores", [SHOP, {**SHOP, "user_id": "bob"}]),
        ("user_onboarding", [THEME, {**THEME, "status": "todo"}]),
        ("onboarding_events", [EVENT, EVENT]),
    ],
)
def test_a_row_that_is_there_twice(mover: Mover, table: str, rows: list[dict[str, str]]) -> None:
    """The second one is refused by its line."""
    mover.put_all()
    mover.put(table, *rows)
    (problem,) = mover.problems()
    assert problem.startswith(f"{table}.csv line {len(rows) + 1}")
    assert "in a row before" in problem


def test_bad_rows_left_out(mover: Mover) -> None:
    """With --skip-bad the good rows are written, without what belongs to a bad user."""
    mover.put_all()
    mover.put("users", {**ADA, "market": "?"}, BOB)
    tables = mover.report("--skip-bad")["tables"]
    assert [(its["new"], its["bad"]) for its in tables.values()] == [(1, 1), (0, 1), (0, 1), (0, 1)]
    assert mover.all("users", "id, market") == [("bob", "DE")]


def test_a_torn_file(mover: Mover) -> None:
    """A line with too few fields is a bad row; a file that is no CSV in UTF-8 is refused."""
    mover.put_all()
    (mover.folder / "users.csv").write_text("id,market,created_at\nada,FR\n")
    assert "users.csv line 2: it has not as many fields" in mover.problems()[0]
    (mover.folder / "users.csv").write_bytes(b"id,market,created_at\nada,FR,\xff\n")
    assert mover.run() == REFUSED
    assert "users.csv is no CSV in UTF-8" in mover.capsys.readouterr().err


def test_a_step_that_there_is_no_more(mover: Mover) -> None:
    """A step that is left out by its name is counted, and refuses nothing."""
    mover.put_all()
    mover.put("user_onboarding", THEME, {**THEME, "step_id": "tour"})
    steps = mover.report("--skip-step", "tour")["tables"]["user_onboarding"]
    assert (steps["read"], steps["new"], steps["skipped"]) == (2, 1, 1)


@pytest.mark.parametrize("by", ["ada", "stripe", ""])
def test_payments_that_nobody_has_verified(mover: Mover, by: str) -> None:
    """A step that a provider verifies is todo here, and named, whoever has done it there."""
    mover.put_all()
    mover.put("user_onboarding", {**PAYMENTS, "completed_by": by})
    report = mover.report()
    assert (report["demotions"], report["demoted"]) == (1, ["ada's payments"])
    found = mover.all("user_onboarding", "status, completed_by, completed_at")
    assert found == [("todo", None, None)]


@pytest.mark.parametrize(
    ("options", "by", "status"),
    [
        (["--trust-payments"], "ada", "done"),
        (["--trust-payments"], "", "done"),
        (["--trusted-by", "stripe"], "stripe", "done"),
        (["--trusted-by", "stripe"], "ada", "todo"),
        (["--trusted-by", "ada"], "ada", "todo"),
    ],
)
def test_whose_word_counts(mover: Mover, options: list[str], by: str, status: str) -> None:
    """That of whom --trusted-by names, never an author's own; anybody's with --trust-payments."""
    mover.put_all()
    mover.put("user_onboarding", {**PAYMENTS, "completed_by": by})
    assert mover.run(*options) == DONE
    assert mover.all("user_onboarding", "status, version") == [(status, 1)]


def test_one_table_alone(mover: Mover) -> None:
    """Steps can come after their users, who are here already."""
    mover.put("users", ADA)
    mover.run()
    (mover.folder / "users.csv").unlink()
    mover.put("user_onboarding", THEME)
    assert mover.run() == DONE
    assert mover.all("user_onboarding", "step_id, status") == [("theme", "done")]


def test_an_empty_folder(mover: Mover) -> None:
    """A source with none of the tables is refused."""
    assert mover.run() == REFUSED
    assert "The source has none of users, stores" in mover.capsys.readouterr().err
