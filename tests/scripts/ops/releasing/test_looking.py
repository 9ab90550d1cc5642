import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from scripts.ops.operations.audit import begun, opened_book
from scripts.ops.operations.record import Kind, State
from scripts.ops.operations.site import find_site
from tests.scripts.ops.releasing.world import NOW, World

pytestmark = pytest.mark.server
VERSION = "1.0.0"


@pytest.fixture
def shared(world: World, firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    return world


@contextmanager
def _record(world: World, kind: Kind, environment: str, commit: str) -> Iterator[None]:
    """Keep a green record of a commit while the test goes on."""
    site = find_site(world.mine, environment, os.environ)
    record = begun(site, kind, "", clock=lambda: NOW)
    done = replace(record, commit=commit, facts={"green": True}).over(State.DONE, NOW)
    with opened_book(site) as book:
        book.save(done)
        try:
            yield
        finally:
            book.save(replace(done, commit="", environment="nowhere"))


def test_the_books_open_the_last_gates(shared: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Staging validated and production's preflight are read from Firestore, for the very commit."""
    commit = shared.stage(VERSION)
    assert shared.release("finish", VERSION) == 2
    assert "no deploy of staging is on record" in capsys.readouterr().out
    with (
        _record(shared, Kind.DEPLOY, "staging", commit),
        _record(shared, Kind.VALIDATE, "staging", commit),
        _record(shared, Kind.PREFLIGHT, "production", commit),
    ):
        assert shared.release("finish", VERSION, "--yes") == 0
    assert shared.at("main") == commit


def test_a_record_of_another_commit_does_not_count(
    shared: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was validated before the last merge says nothing of this one."""
    before = shared.at("staging")
    shared.stage(VERSION)
    with (
        _record(shared, Kind.DEPLOY, "staging", before),
        _record(shared, Kind.VALIDATE, "staging", before),
    ):
        assert shared.release("finish", VERSION) == 2
    assert f"of commit {before[:12]} and not" in capsys.readouterr().out
