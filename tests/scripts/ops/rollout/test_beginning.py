"""How a deploy begins, or is gone on with."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scripts.ops.operations.errors import RefusedError
from scripts.ops.operations.git import commit_of
from scripts.ops.operations.record import Kind, Record, State, Step
from scripts.ops.operations.site import Site
from scripts.ops.rollout import beginning
from scripts.ops.rollout.beginning import Counter
from scripts.ops.rollout.wish import Wish
from scripts.ops.traffic.compatibility import Verdict
from tests.scripts.ops.deploy_desk import checkout

from .world import FUNCTIONS, PROJECT, START, FakeSchema, World
from .world import world as served

FINE = Verdict()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with served(tmp_path / "world", [*FUNCTIONS, "tell_fortune"]) as its:
        checkout(tmp_path / "checkout", PROJECT)
        yield its


@pytest.fixture
def counter(world: World, tmp_path: Path) -> Counter:
    return Counter(
        site=Site(tmp_path / "checkout", "production", PROJECT, {}),
        book=world.book,
        platform=world.platform,
        schema=world.schema,
        reviewed=lambda: "",
        clock=lambda: START,
        compatible=lambda _, __: FINE,
        who=lambda: "bob",
    )


def kept(its: Counter, kind: Kind, state: State, minutes: int, **facts: object) -> Record:
    """Leave a record of this commit."""
    at, commit = START + timedelta(minutes=minutes), commit_of(its.site.root)
    asked = Wish().document()
    begun = Record(
        f"{at:%Y%m%d-%H%M%S}-{kind}-4f2a", kind, "production", "ada", "", commit, at, asked=asked
    )
    made = replace(begun, state=state, facts={"functions": list(FUNCTIONS), **facts})
    its.book.save(made)
    return made


def test_gone_on_by(counter: Counter) -> None:
    """Who goes on is written down beside who began."""
    cut_off = kept(counter, Kind.DEPLOY, State.STOPPED, -90, bad=["503"], gone_on_by=["eve"])
    found = beginning.unfinished(counter)
    assert (found.id, found.by, found.state) == (cut_off.id, "ada", State.RUNNING)
    assert found.facts["gone_on_by"] == ["eve", "bob"]


def test_a_flag_between(counter: Counter) -> None:
    """A rollback that moved no traffic hides no deploy that is half done."""
    cut_off = kept(counter, Kind.DEPLOY, State.STOPPED, -90, bad=["503"])
    kept(counter, Kind.ROLLBACK, State.DONE, -80)
    assert beginning.unfinished(counter).id == cut_off.id


def test_a_rollback_between(counter: Counter) -> None:
    """One that moved some has undone it."""
    kept(counter, Kind.DEPLOY, State.STOPPED, -90, bad=["503"])
    kept(counter, Kind.ROLLBACK, State.DONE, -80, moves=[{"function": "generate_story"}])
    with pytest.raises(RefusedError, match=r"half done: the last operation was .*-rollback-"):
        beginning.unfinished(counter)


def test_gates_again(counter: Counter) -> None:
    """Before its functions are deployed, what is gone on with needs all that a deploy needs."""
    kept(counter, Kind.DEPLOY, State.STOPPED, -90)
    with pytest.raises(RefusedError, match=r"No preflight of production[\s\S]*--resume again"):
        beginning.unfinished(counter)
    kept(counter, Kind.PREFLIGHT, State.DONE, -5, green=True)
    beginning.unfinished(counter)
    with pytest.raises(RefusedError, match="MAX_INSTANCES"):
        beginning.unfinished(replace(counter, reviewed=lambda: "MAX_INSTANCES"))


def test_gates_passed(counter: Counter) -> None:
    """Once they are deployed it is not kept half way."""
    cut_off = kept(counter, Kind.DEPLOY, State.STOPPED, -90)
    counter.book.save(cut_off.with_step(Step("functions", "new", START)))
    assert beginning.is_past_the_gates(beginning.unfinished(counter))


def test_removed(counter: Counter) -> None:
    """A function that was deployed, and is in the code no more, is found before anything."""
    kept(counter, Kind.DEPLOY, State.DONE, -90, functions=[*FUNCTIONS, "tell_fortune", "gone"])
    _, closed = beginning.plan(counter, Wish())
    assert "tell_fortune is deployed, and this commit has it no more" in closed[-1]
    told = "npx firebase functions:delete tell_fortune --region europe-west1 -P production"
    assert closed[-1].endswith(told)


def test_removed_and_left_out(counter: Counter) -> None:
    """A partial deploy leaves it alone."""
    kept(counter, Kind.DEPLOY, State.DONE, -90, functions=[*FUNCTIONS, "tell_fortune"])
    _, closed = beginning.plan(counter, Wish(("generate_story",)))
    assert not any("tell_fortune" in each for each in closed)


@pytest.mark.parametrize("resumed", [True, False])
def test_contract(counter: Counter, *, resumed: bool) -> None:
    """A migration that what serves cannot live with is refused, also where it is gone on with."""
    kept(counter, Kind.PREFLIGHT, State.DONE, -5, green=True)
    kept(counter, Kind.DEPLOY, State.STOPPED, -90)
    bad = Verdict(problems=("0009_less.sql has taken away what it uses",))
    its = replace(
        counter,
        schema=FakeSchema(["0009_less.sql"]),
        compatible=lambda _, names: bad if names else FINE,
    )
    if resumed:
        with pytest.raises(RefusedError, match="store-api-00001-loc of store_api serves"):
            beginning.unfinished(its)
        return
    _, (closed,) = beginning.plan(its, Wish())
    assert "store-api-00001-loc of store_api serves" in closed
