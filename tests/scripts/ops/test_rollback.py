"""`scripts/rollback`, on the wire of what stands in for Google."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from scripts.local.standins.server import Fault
from scripts.ops.operations.record import State
from scripts.ops.traffic.split import all_on

from .going_back.world import (
    BUSY,
    DONE,
    NOT_WELL,
    RED,
    REFUSED,
    STORE,
    STORES,
    STORIES,
    World,
    world_in,
)

OLDEST, OLDER, NEWEST = STORIES


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    with world_in(tmp_path, capsys) as made:
        yield made


def test_a_dry_run(world: World) -> None:
    """Without --yes it shows what serves and what it would go to, and changes nothing."""
    world.calls = {NEWEST: (125, 4), OLDER: (4000, 4)}
    assert world.run("--dry-run") == DONE
    told = world.told()
    assert f"now  {NEWEST} 100 %: 1 h old, commit " in told
    assert "3.20 % of 125 calls failed" in told
    assert f"to   {OLDER} 100 %: 2 h old, commit " in told
    assert "0.10 % of 4000 calls failed" in told
    assert "Nothing was changed (without --yes)" in told
    assert (world.serving(), world.book.newest()[0].kind) == ({NEWEST: 100}, "deploy")


def test_a_dry_run_without_the_right(world: World) -> None:
    """What Cloud Run would refuse shows before anybody needs it."""
    world.deny("UpdateService")
    assert world.run() == DONE
    assert "Cloud Run would refuse it. demo-conteur-staging: you have no right" in world.told()


def test_going_back(world: World) -> None:
    """All that was deployed together goes back, is quarantined, validated, told and recorded."""
    assert world.go() == DONE
    assert (world.serving(), world.serving(STORE)) == ({OLDER: 100}, {STORES[1]: 100})
    assert {*world.book.kept} == {NEWEST, STORES[2]}
    assert (world.validated, world.announced) == ([""], ["told"])
    record = world.record()
    assert (record.state, record.by) == (State.DONE, "ada@example.com")
    assert [step.name for step in record.steps] == [
        *("move generate_story", "move store_api", "validate", "announce")
    ]


def test_the_record_says_why(world: World) -> None:
    """What was left is quarantined for the reason that was given."""
    world.go()
    quarantined = world.book.kept[NEWEST]
    assert quarantined.why == f"rolled back: stories end in the middle ({world.record().id})"
    assert quarantined.by == "ada@example.com"


def test_one_function(world: World) -> None:
    """Others stay as they are."""
    assert world.go("--function", "generate_story") == DONE
    assert (world.serving(), world.serving(STORE)) == ({OLDER: 100}, {STORES[2]: 100})


def test_a_part(world: World) -> None:
    """At a percentage what is left goes on, and is not quarantined."""
    assert world.go("--percent", "50") == DONE
    assert world.serving() == {NEWEST: 50, OLDER: 50}
    assert world.book.kept == {}


def test_what_was_deployed_alone(world: World) -> None:
    """Only what came with the newest deploy goes back."""
    world.deploy("generate_story")
    assert world.go() == DONE
    assert (world.serving(), world.serving(STORE)) == ({NEWEST: 100}, {STORES[2]: 100})
    assert "not store_api" in world.told()


def test_a_function_that_came_new(world: World) -> None:
    """It stays, and the others go back; where there are no others it is refused."""
    world.deploy("generate_story", "health")
    assert world.go() == DONE
    assert "stays as it is" in world.told()
    assert (world.serving(), world.serving("health")) == ({NEWEST: 100}, {"health-00001-loc": 100})
    world.deploy("rate_story")
    assert world.go("--function", "rate_story") == REFUSED
    world.cloud.wait(3600)
    assert world.go() == REFUSED
    assert "no function has a revision to go back to" in world.refused()


def test_one_that_fails_too_often(world: World) -> None:
    """It is passed over, with its figures."""
    world.calls = {OLDER: (1000, 10)}
    assert world.go("--function", "generate_story") == DONE
    assert f"not  {OLDER}" in (told := world.told())
    assert "1.00 % of 1000 calls failed" in told
    assert world.serving() == {OLDEST: 100}


def test_one_that_is_named_though(world: World) -> None:
    """Who names it gets it, and is told of the figures."""
    world.calls = {OLDER: (1000, 10)}
    assert world.go("--to", OLDER) == DONE
    assert "1.00 % of 1000 calls failed" in world.told()
    assert world.serving() == {OLDER: 100}


@pytest.mark.parametrize("named", [(), ("--to", OLDER)])
def test_one_without_an_image(world: World, named: tuple[str, ...]) -> None:
    """It is passed over, and refused where it is named."""
    world.cloud.run.registry.delete(world.cloud.image(OLDER))
    code = world.go("--function", "generate_story", *named)
    assert code == (REFUSED if named else DONE)
    assert world.serving() == ({NEWEST: 100} if named else {OLDEST: 100})
    assert "its image is deleted" in world.told()


def test_one_in_quarantine_and_trusted_again(world: World) -> None:
    """It is refused until somebody takes it out, which is recorded."""
    world.go("--to", OLDER)
    assert world.go("--to", NEWEST) == REFUSED
    assert f"(--trust {NEWEST} takes it out)" in world.refused()
    assert world.go("--to", NEWEST, "--trust", NEWEST) == DONE
    assert world.serving() == {NEWEST: 100}
    assert world.record().said(f"trust {NEWEST}") == "may serve again"
    assert world.book.kept == {}


def test_only_trusting(world: World) -> None:
    """Nothing moves where a revision is only trusted again; without --yes not even that."""
    world.go("--to", OLDER)
    assert world.run("--trust", NEWEST) == DONE
    assert NEWEST in world.book.kept
    assert "quarantined 2026-11-23" in world.told()
    assert world.go("--trust", NEWEST) == DONE
    assert (world.book.kept, world.serving()) == ({}, {OLDER: 100})
    assert "moves" not in world.record().facts


def test_nothing_qualifies(world: World) -> None:
    """It is refused, each with its why, and says what else can be done."""
    world.calls = {OLDER: (1000, 500), OLDEST: (1000, 20)}
    assert world.go("--function", "generate_story") == REFUSED
    assert "no revision qualifies. Name one" in world.refused()
    told = world.told()
    assert "50.00 % of 1000 calls failed" in told
    assert "2.00 % of 1000 calls failed" in told


@pytest.mark.parametrize("name", ["store-api-00009-abc", "other-00001-abc", "x"])
def test_a_revision_that_is_not_there(world: World, name: str) -> None:
    """It is refused by its name, or because Cloud Run has it not."""
    assert world.go("--to", name) == REFUSED
    told = world.refused()
    assert f"no revision {name} of it" in told or f"{name} is no revision of" in told


def test_a_function_that_is_not_there(world: World) -> None:
    """Neither one that is in no code, nor one that was never deployed, goes back."""
    assert world.go("--function", "other") == REFUSED
    assert world.go("--function", "health") == REFUSED
    assert "health: not deployed" in world.refused()


def test_the_database_is_ahead(world: World) -> None:
    """A contract after the revision's commit refuses, before anything moves."""
    world.migrate("-- contract: no revision since 9.0.0 reads it\nALTER TABLE users DROP name;")
    assert world.go() == REFUSED
    assert "has taken away what it uses: no revision since 9.0.0" in world.refused()
    assert world.serving() == {NEWEST: 100}


def test_the_database_has_more(world: World) -> None:
    """What only adds is no bar, and is told."""
    world.migrate("ALTER TABLE users ADD note text;")
    assert world.go() == DONE
    assert "works beside 0002_test.sql" in world.told()


def test_a_revision_of_no_known_commit(world: World) -> None:
    """A person must accept it, and the record says that they did."""
    world.book.saved.clear()
    assert world.go() == REFUSED
    assert "no deploy has written down" in world.refused()
    assert world.go("--without-migration-check") == DONE
    assert world.record().asked["check_migrations"] is False


def test_it_is_not_well_then(world: World) -> None:
    """The traffic stays, people are told, and the exit code says that it was not enough."""
    world.verdict = RED
    assert world.go() == NOT_WELL
    assert "The traffic is moved" in (told := world.refused())
    assert "A story is told: 503" in told
    assert world.announced == ["told"]
    assert (world.serving(), world.record().state) == ({OLDER: 100}, State.FAILED)


def test_the_registry_is_down(world: World) -> None:
    """It goes back without knowing of images, asks once, and says so."""
    world.cloud.images.fault = Fault(grpc.StatusCode.UNAVAILABLE)
    assert world.go() == DONE
    assert world.serving() == {OLDER: 100}
    assert "Artifact Registry could not be reached in time" in (told := world.told())
    assert "nobody can tell whether its image is there" in told
    assert len(world.cloud.images.calls) == 1


def test_no_right_to_read_images(world: World) -> None:
    """It keeps nobody from going back to a revision that is named."""
    world.cloud.images.fault = Fault(grpc.StatusCode.PERMISSION_DENIED)
    assert world.go("--to", OLDEST) == DONE
    assert "roles/artifactregistry.reader" in world.told()


def test_nobody_can_be_told(world: World) -> None:
    """The rollback stands though, and says so."""
    world.mute = True
    assert world.go() == DONE
    assert world.record().said("announce") == "nobody was told: no channel"


def test_the_figures_cannot_be_read(world: World) -> None:
    """It goes back without them, and says why there are none."""
    world.prometheus = "http://127.0.0.1:1"
    assert world.go() == DONE
    assert "could not be reached" in world.told()


def test_somebody_else_in_between(world: World) -> None:
    """A move since it was shown is left alone, and told."""
    world.book.when_taken = lambda: world.cloud.meddle(OLDEST)
    assert world.go() == BUSY
    assert f"{NEWEST} has none any more, {OLDEST} serves 100 %" in world.refused()
    assert world.serving() == {OLDEST: 100}


def test_tags_stay(world: World) -> None:
    """A revision that has a URL of its own keeps it."""
    with world.cloud.platform() as platform:
        state = platform.service("generate_story")
        assert state is not None
        platform.move(state, all_on(NEWEST, {"canary": OLDEST}))
    assert world.go("--function", "generate_story") == DONE
    with world.cloud.platform() as platform:
        state = platform.service("generate_story")
    assert state is not None
    assert state.split == all_on(OLDER, {"canary": OLDEST})
