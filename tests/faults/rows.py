"""A row of the table: what breaks, and how a call ends then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from tests.clients.app import App
from tests.faults.endings import OK, Ending
from tests.faults.lines import Line
from tests.faults.world import World

DEADLINE_SECONDS = 5.0
QUICK_SECONDS = 2.0  # where nothing is waited for: a tenth of it, and slack for a busy machine
LATEST_SECONDS = DEADLINE_SECONDS + 1  # no answer is later, whatever happens

SCENARIOS = ("whole", "stream")

Break = Callable[[World], object]
Become = Callable[[World, App], App]


def anybody(_world: World, app: App) -> App:
    """Be a new user, as any other."""
    return app


@dataclass(frozen=True)
class Row:
    """One fault. `ending` is a stream's, and comes after `at_least` and within `seconds`.

    `breaks` comes before the call, `meanwhile` while the model is telling. `request` is what is
    asked for besides the prompt; `becomes` makes the app, a new user's, the one that calls.
    """

    name: str
    breaks: Break
    ending: Ending
    seconds: float = QUICK_SECONDS
    at_least: float = 0.0
    meanwhile: Break | None = None
    request: Mapping[str, object] = field(default_factory=dict)
    becomes: Become = anybody

    def __str__(self) -> str:
        return self.name


def check(world: World, row: Row, scenario: str) -> None:
    """Break a whole world as the row says, call for a story, and compare all that comes of it."""
    world.mend()
    row.breaks(world)
    meanwhile = row.meanwhile
    played = world.play(
        scenario,
        partial(meanwhile, world) if meanwhile else None,
        row.request,
        partial(row.becomes, world),
    )
    assert played.ending == row.ending.of(scenario)
    assert row.at_least <= played.seconds <= row.seconds
    assert not world.model.findings(told=played.ending.code == OK)


def answers(status: int, *, times: int | None = None, **members: object) -> Break:
    """Have llmock answer with an error; for ever where `times` is None."""
    fault = {"type": "fail", "status": status, "times": times, **members}
    return lambda world: world.model.will(fault)


def breaks_stream(kind: str, after: int, *, times: int | None = None, **members: object) -> Break:
    """Have llmock break its stream after some events; the first one has no text."""
    fault = {"type": "stream_fault", "kind": kind, "after_chunks": after, "times": times}
    fault |= members
    return lambda world: world.model.will(fault)


def once(*lines: Line) -> Break:
    """Have the first connections to the model answer so, and the next ones well."""
    return lambda world: world.way.will(*lines)


def always(line: Line) -> Break:
    """Have each connection to the model answer so."""
    return lambda world: world.way.always(line)


def says(answer: bytes) -> Break:
    """Have the model's server answer so each time."""
    return always(Line(says=answer))


def names(state: str) -> Break:
    """Have the name of the model's server be `unknown`, or the resolver `silent`."""

    def change(world: World) -> None:
        world.way.will()  # which hangs up: a kept connection needs no name
        world.change(names=state)

    return change


def refuses(world: World) -> None:
    """Have nobody listen where the model's server is."""
    world.way.refuse()


def swallows(world: World) -> None:
    """Have nobody answer who asks for a connection to the model's server."""
    world.way.swallow()


def slow_first_token(seconds: float, *, times: int | None = None) -> Break:
    """Have llmock begin its story late."""
    fault = {"type": "slow_first_token", "seconds": seconds, "times": times}
    return lambda world: world.model.will(fault)


def replies(text: str, finish: str) -> Break:
    """Have llmock say this, and end it for this reason."""

    def order(world: World) -> None:
        world.model.forget()
        world.model.will({"type": "reply", "text": text, "finish_reason": finish, "times": None})

    return order


def nothing(_world: World) -> None:
    """Break nothing beforehand."""
