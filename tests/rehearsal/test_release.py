"""One release, rehearsed with its commands: what they print and record, and who gets what.

Real are the commands, each a process of its own; git; the Firebase CLI; the functions, each
revision a process that serves what was deployed; Prometheus; Firestore's emulator. Stand-ins are
the rest of Google, GitHub and the model. Of scripts/validate the store's checks leave themselves
out, for no store is set up; `figures` is confirmed, for the signals of a few minutes are chance.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.firestore import firestore_emulator
from scripts.ops.operations.record import Kind, State
from tests.issuer import Issuer
from tests.rehearsal import acts
from tests.rehearsal.acts import well
from tests.rehearsal.cloud import PRODUCTION, STAGING
from tests.rehearsal.repository import RESULT
from tests.rehearsal.users import Users
from tests.rehearsal.world import STORY, World, until, world

pytestmark = pytest.mark.server

NOTED = "return result(told, parsed.request, (*parsed.warnings, *{}[parsed.request.language]))"
BAD = NOTED.format('{"en": ()}')
"""Tells stories in English only: what validate asks for, and half of the users."""
HOPELESS = NOTED.format("{}")
MENDED = NOTED.format('{"en": (), "fr": ()}')
ONLY = ("--function", STORY)
WENT_BACK, BUSY = 5, 3


@pytest.fixture
def rehearsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, issuer: Issuer) -> Iterator[World]:
    """Make a world whose Firestore is its own: books of operations must be empty."""
    with (
        firestore_emulator(tmp_path, ROOT / "firestore.rules") as host,
        world(tmp_path, monkeypatch, issuer, host) as made,
    ):
        yield made


def test_a_release(rehearsed: World) -> None:
    """Staging, canary, a bad revision that goes back by itself, the fix, and its release."""
    acts.deploy_by_hand(rehearsed, "production")
    users = rehearsed.cloud.users(PRODUCTION)
    assert users.call("fr").well
    with users.calling():
        goes_out(rehearsed, users)
        goes_back_by_itself(rehearsed, users)
        is_mended(rehearsed, users)
        is_rolled_back(rehearsed)


def goes_out(world: World, users: Users) -> None:
    """A version is approved, staged, validated, cleared, tagged, and shifted to everybody."""
    acts.propose(world, "1.1.0", f"{RESULT}  # as before", "Stories.")
    commit = acts.stage(world, "1.1.0")
    refused = world.give("deploy", "production", "--canary", "5,20,50,100", "--bake", "0")
    assert (refused.code, "No preflight of production is on record" in refused.text) == (2, True)
    acts.clear(world, "1.1.0")
    assert world.repository.at("v1.1.0") == world.repository.at("main") == commit
    well(world.give("deploy", "production", "--canary", "5,20,50,100", "--bake", "1"))
    (record,) = world.records("production", Kind.DEPLOY)
    assert (record.commit, record.facts["canary"]) == (commit, [5, 20, 50, 100])
    state = world.service("production")
    assert (state.split.latest, state.serving) == (100, {record.facts["revisions"][STORY]: 100})
    assert users.failures() == {}


def goes_back_by_itself(world: World, users: Users) -> None:
    """A version that fails for half of the users comes back, is kept out, and people are told."""
    good = world.service("production").latest_ready
    acts.propose(world, "1.2.0", BAD, "Notes.")
    acts.stage(world, "1.2.0")
    acts.clear(world, "1.2.0")
    said = world.give("deploy", "production", *ONLY, "--canary", "20,50,100", "--bake", "15")
    assert (said.code, "too many calls fail" in said.text) == (WENT_BACK, True)
    bad = world.service("production").latest_created
    assert world.service("production").serving == {good: 100}
    assert list(world.quarantined("production")) == [bad]
    assert world.records("production", Kind.DEPLOY)[0].state is State.WENT_BACK
    until("the alert fires", lambda: acts.rolled_back_fires(world))
    assert {*users.failures()} == {"fr"}
    before = len(users.told)
    until("users call", lambda: len(users.told) > before + 20)
    assert users.failures(before + 1) == {}


def is_mended(world: World, users: Users) -> None:
    """The mended version goes to everybody, and nothing is pinned any more."""
    before = len(users.told)
    acts.propose(world, "1.2.1", MENDED, "Notes, in French too.")
    commit = acts.stage(world, "1.2.1")
    acts.clear(world, "1.2.1")
    well(world.give("deploy", "production", *ONLY, "--canary", "50,100", "--bake", "1"))
    state = world.service("production")
    assert (state.split.latest, state.serving) == (100, {state.latest_created: 100})
    assert world.repository.at("v1.2.1") == commit
    assert users.failures(before) == {}


def is_rolled_back(world: World) -> None:
    """Whoever goes back is shown where to, never to what is in quarantine; then it is done."""
    (bad,), before = world.quarantined("production"), world.service("production")
    shown = well(world.give("rollback", "production", *ONLY))
    assert f"not  {bad}: " in shown.text
    assert world.service("production").serving == before.serving
    asked = ("rollback", "production", *ONLY, "--yes", "--reason", "a rehearsal")
    well(world.give(*asked))
    after = world.service("production")
    assert {*after.serving}.isdisjoint({bad, before.latest_created})
    (record,) = world.records("production", Kind.ROLLBACK)
    assert (record.state, record.reason) == (State.DONE, "a rehearsal")
    assert "There already" in well(world.give(*asked)).text


def test_nobody_meets_what_validate_sees(rehearsed: World) -> None:
    """A revision that fails for all is taken back before any user has called it."""
    acts.deploy_by_hand(rehearsed, "staging")
    users = rehearsed.cloud.users(STAGING)
    with users.calling():
        write(rehearsed, HOPELESS)
        said = rehearsed.give("deploy", "staging", *ONLY, "--canary", "50,100")
        assert (said.code, "validate at 0 %: A story, whole: 500 BUG" in said.text) == (
            WENT_BACK,
            True,
        )
        bad = rehearsed.service("staging").latest_created
        assert list(rehearsed.quarantined("staging")) == [bad]
        on = rehearsed.cloud.stages[STAGING]
        assert (on.by_everybody[bad], on.revisions[bad].requests > 0) == (0, True)
        is_overtaken(rehearsed)
    assert users.failures() == {}


def is_overtaken(world: World) -> None:
    """One works at a time: others are told who does; whoever takes over has the last word."""
    old = world.service("staging").serving
    write(world, MENDED)
    many = ",".join(map(str, range(5, 101, 5)))
    with world.beginning("deploy", "staging", *ONLY, "--canary", many) as deploying:
        until("the canary", lambda: len(world.service("staging").serving) > 1)
        why = ("--reason", "a rehearsal", "--without-migration-check")  # there are no tables
        back = ("rollback", "staging", *ONLY, "--yes", *why)
        for command in (("deploy", "staging", *ONLY, "--unpin"), back):
            said = world.give(*command)
            assert (said.code, "is at work on" in said.text) == (BUSY, True)
        well(world.give(*back, "--take-over"))
        assert "There already" in well(world.give(*back)).text
        said = world.ended(deploying)
    assert (said.code, "place was taken by" in said.text) == (BUSY, True)
    assert world.service("staging").serving == old


def write(world: World, by: str) -> None:
    """Write a version that nobody has proposed yet."""
    world.repository.begin("work")
    world.repository.tell_stories(by, "Notes.")
