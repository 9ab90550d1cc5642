"""Migrations that are pending, and what serves meanwhile."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.ops.operations.commands import Ran
from scripts.ops.operations.record import Kind, Record
from scripts.ops.rollout.contracts import problems
from scripts.ops.traffic.history import History
from scripts.ops.traffic.platform import ServiceState
from scripts.ops.traffic.split import between

from .world import START, STORE_NEW, STORE_OLD

FIRST, MORE, LESS = "0001_shops.sql", "0002_more.sql", "0003_less.sql"
FILES = {
    FIRST: "CREATE TABLE shops (id integer);",
    MORE: "ALTER TABLE shops ADD COLUMN name text;",
    LESS: "-- contract: no revision since 1.4.0 reads it\nALTER TABLE shops DROP COLUMN old;",
}
OLDER, SINCE = "01de7", "5ince"
"""Commits before and after 1.4.0."""
SPLIT = between(STORE_OLD, STORE_NEW, 20)
STORE = ServiceState("store_api", "", "", SPLIT, SPLIT.shares, {}, STORE_NEW, STORE_NEW)


def git(argv: Sequence[str], *, seconds: float) -> Ran:
    """Answer as git does: every commit has the first file, and one includes 1.4.0."""
    if argv[1] == "ls-tree":
        return Ran(tuple(argv), 0, f"migrations/{FIRST}")
    return Ran(tuple(argv), 0 if [*argv[3:]] == ["v1.4.0", SINCE] else 1, f"{seconds} s")


@pytest.fixture
def history(tmp_path: Path) -> History:
    (tmp_path / "migrations").mkdir()
    for name, sql in FILES.items():
        (tmp_path / "migrations" / name).write_text(sql)
    return History(tmp_path, git, {})


def deployed(commit: str, revision: str) -> Record:
    facts = {"revisions": {"store_api": revision}}
    return Record(revision, Kind.DEPLOY, "production", "ada", "", commit, START, facts=facts)


def told(history: History, pending: Sequence[str], *records: Record) -> list[str]:
    return [*problems(pending, [STORE], records, history.beside)]


def test_added(history: History) -> None:
    """What only adds never stands in the way, whoever serves."""
    assert told(history, [MORE]) == []


def test_used(history: History) -> None:
    """What takes away is refused while a revision serves, if only to few, that uses it."""
    records = deployed(OLDER, STORE_NEW), deployed(SINCE, STORE_OLD)
    (why,) = told(history, [MORE, LESS], *records)
    assert why.startswith(f"{STORE_NEW} of store_api serves, and would not work with")
    assert "Deploy a commit first" in why


def test_not_used(history: History) -> None:
    """Where all that serves does without, it may be applied."""
    assert told(history, [LESS], deployed(SINCE, STORE_NEW), deployed(SINCE, STORE_OLD)) == []


def test_not_known(history: History) -> None:
    """Of what no deploy has written down nobody knows what it uses."""
    assert len(told(history, [LESS], deployed(SINCE, STORE_OLD))) == 1
