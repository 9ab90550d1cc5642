"""How a process comes to each step of a story, and dies there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from conteur.domain.charge import Charge
from conteur.domain.quota import day_of
from conteur.use_cases import ports
from tests.adapters.stored import new_story
from tests.clients.story_model import Telling
from tests.crashes.calls import Call
from tests.crashes.orders import BE_LATE, DIE, HURRY
from tests.crashes.steps import TEXT, steps
from tests.crashes.world import World

BEGINNING = "A fox met a star. Then"
LEASE = timedelta(seconds=20)

Prepare = Callable[[World, Call], object]
Meanwhile = Callable[[World, Call, Telling], object]


@dataclass(frozen=True)
class Scenario:
    """`prepare` comes before the call, with nobody dying yet, `meanwhile` after it was sent.

    `orders` are given beside the one to die. `released` is the text that the sweep must find.
    """

    name: str
    step: str
    meanwhile: Meanwhile
    prepare: Prepare = lambda _world, _call: None
    orders: tuple[str, ...] = ()
    released: str | None = None
    dies_later: bool = False

    def __str__(self) -> str:
        return f"{self.name}, {self.step}"


def tells(_world: World, _call: Call, telling: Telling) -> None:
    """Tell a whole story."""
    telling.titles().says(BEGINNING).ends()


def begins(_world: World, _call: Call, telling: Telling) -> None:
    """Say how the story begins, and nothing more."""
    telling.titles().says(BEGINNING)


def breaks_off(_world: World, _call: Call, telling: Telling) -> None:
    """Say how the story begins, and hang up."""
    telling.titles().says(BEGINNING).breaks_off()


def goes_on_after_a_checkpoint(world: World, call: Call, telling: Telling) -> None:
    """Say one more word once the beginning is kept, and have that one kill the process."""
    telling.titles().says(BEGINNING)
    world.wait_for(lambda: world.story(call).get("text") == BEGINNING, "keeping a checkpoint")
    world.orders.give(f"{DIE} Model.tell {TEXT}")
    telling.says(" the star")


def told_before(world: World, call: Call) -> None:
    """Have the story told and kept."""
    assert "result" in world.ask(call)


def dead(world: World, call: Call) -> None:
    """Have an attempt die, and its lease be over."""
    _die_completing(world, call)
    over = datetime.now(UTC) - timedelta(seconds=1)
    place = f"users/{call.uid}/stories/{call.request_id}"
    world.database.store.client.document(place).update({"status.leaseUntil": over})


def failed(world: World, call: Call) -> None:
    """Have an attempt die, and be swept up."""
    _die_completing(world, call)
    world.database.sweep()


def busy(world: World, call: Call) -> None:
    """Have another story of the user be told by another instance."""
    now = datetime.now(UTC)
    story = replace(new_story(), uid=call.uid, started=now, lease_until=now + LEASE)
    world.database.store.claimed(replace(story, charge=Charge(day_of(now), 0, 500)))


def failed_and_busy(world: World, call: Call) -> None:
    failed(world, call)
    busy(world, call)


def _die_completing(world: World, call: Call) -> None:
    world.orders.give(f"{DIE} Stories.complete before")
    world.backend.model.tells(call.prompt, BEGINNING)
    assert call.ask(world.backend.url) is None


LATE_BEFORE, LATE_AFTER = (f"{BE_LATE} Stories.complete {when}" for when in ("before", "after"))


def _at_each_step(
    name: str, protocol: type, method: str, meanwhile: Meanwhile = tells, **more: object
) -> Iterator[Scenario]:
    for step in steps(protocol, method):
        yield Scenario(name, step, meanwhile, **more)  # type: ignore[arg-type]  # as Scenario says


def _scenarios() -> Iterator[Scenario]:
    stories = ports.Stories
    yield from _at_each_step("a new story", stories, "claim")
    yield from _at_each_step("a new story", stories, "complete")
    yield from _at_each_step("a new story", ports.Budgets, "read", begins, orders=(HURRY,))
    yield from _at_each_step("a new story", ports.Model, "tell")
    yield from _at_each_step("a story sent again", stories, "read", prepare=told_before)
    yield from _at_each_step("a dead attempt's story", stories, "take_over", prepare=dead)
    yield from _at_each_step("a failed story", stories, "take_over", prepare=failed)
    yield from _at_each_step("a story too many", stories, "withdraw", prepare=busy)
    yield from _at_each_step("a failed one too many", stories, "fail", prepare=failed_and_busy)
    yield from _at_each_step("a model that breaks off", stories, "fail", breaks_off)
    yield from _at_each_step("a late store", ports.Outbox, "put", orders=(LATE_BEFORE,))
    yield from _at_each_step("a lost answer", ports.Outbox, "put", orders=(LATE_AFTER,))
    for when, released in (("before", ""), ("after", BEGINNING)):
        step = f"Stories.checkpoint {when}"
        yield Scenario("a long story", step, begins, orders=(HURRY,), released=released)
    yield Scenario(
        "a long story",
        f"Model.tell {TEXT}",
        goes_on_after_a_checkpoint,
        orders=(HURRY,),
        released=BEGINNING,
        dies_later=True,
    )


SCENARIOS = tuple(_scenarios())
