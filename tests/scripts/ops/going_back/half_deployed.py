"""Deploys that come to no end, in the environment that was deployed three times."""

from dataclasses import replace

from scripts.ops.operations.record import Record, State
from scripts.ops.rollout import course
from scripts.ops.traffic.split import CANARY, Split, all_on, between
from tests.scripts.ops.traffic.cloud import state_of

from .world import STORE, World

BOTH = ("generate_story", STORE)


def canary(world: World, percent: int = 0, state: State = State.STOPPED) -> Record:
    """Deploy both as a canary that stops once the new ones have a percentage."""
    record = _noted(world, state, pinned=True)
    _move(world, {name: all_on(pin) for name, pin in record.facts["pins"].items()})
    world.cloud.deploy(*BOTH)
    new = {name: f"{pin[:-5]}4-loc" for name, pin in record.facts["pins"].items()}
    _move(
        world,
        {
            name: between(pin, new[name], percent, {CANARY: new[name]})
            for name, pin in record.facts["pins"].items()
        },
    )
    return _saved(world, record.with_facts(revisions=new))


def without_canary(world: World, *done: str, state: State = State.RUNNING) -> Record:
    """Deploy both without a canary, of which firebase has only deployed those that are done."""
    record = _noted(world, state, pinned=False)
    if done:
        world.cloud.deploy(*done)
    return _saved(world, record)


def _noted(world: World, state: State, *, pinned: bool) -> Record:
    with world.cloud.platform() as platform:
        there = {name: state_of(platform, name) for name in BOTH}
    return replace(world.begun(), state=state).with_facts(
        functions=list(BOTH),
        previous={name: course.document(its.split) for name, its in there.items()},
        latest={name: its.latest_created for name, its in there.items()},
        pins={name: its.serving_most for name, its in there.items()} if pinned else {},
    )


def _move(world: World, splits: dict[str, Split]) -> None:
    with world.cloud.platform() as platform:
        for name, split in splits.items():
            platform.move(state_of(platform, name), split)


def _saved(world: World, record: Record) -> Record:
    world.book.save(record)
    world.cloud.wait(60)
    return record
