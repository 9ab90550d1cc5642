"""How boxes are run: side by side or one after another, in time, and confirmed by people."""

import threading
from collections.abc import Callable

import pytest

from scripts.ops.boxes import running
from scripts.ops.boxes.box import Box
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, asked, failed, passed
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.google_rest import RestError
from scripts.ops.operations.outcome import Outcome, Report, Verdict
from tests.scripts.ops.boxes.world import World

GOOD = Box("good", "Good", lambda _: passed("fine"))
ASKED = Box("asked", "Asked", lambda _: asked("who knows", "Ask."), asks=True)
BAD = Box("bad", "Bad", lambda _: failed("bad", "Mend it."), asks=True)


def run(world: World, *boxes: Box, confirmed: dict[str, str] | None = None) -> Report:
    return running.run(boxes, world.desk(), confirmed or {}, lambda _: None)


def raising(error: BaseException) -> Callable[[Desk], Finding]:
    def look(_: Desk) -> Finding:
        raise error

    return look


def test_boxes_come_in_their_order(world: World) -> None:
    """The report has the boxes' own order, whichever ended first; each is shown as it ends."""
    held = threading.Event()

    def slow(_: Desk) -> Finding:
        held.wait()
        return passed("late")

    shown: list[Outcome] = []

    def show(outcome: Outcome) -> None:
        shown.append(outcome)
        held.set()

    report = running.run((Box("slow", "Slow", slow), GOOD), world.desk(), {}, show)
    assert [each.key for each in report.outcomes] == ["slow", "good"]
    assert [each.key for each in shown] == ["good", "slow"]


def test_a_box_without_an_answer_fails_when_its_time_is_up(world: World) -> None:
    """A look that hangs is left behind, and the others are told all the same."""
    held = threading.Event()

    def hangs(_: Desk) -> Finding:
        held.wait()
        return passed("too late")

    try:
        late, good = run(world, Box("hangs", "Hangs", hangs, seconds=0.01), GOOD).outcomes
    finally:
        held.set()
    assert late.verdict is Verdict.FAILED
    assert "no answer within" in late.said
    assert good.verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("error", "said", "mend"),
    [
        (OperationError("It was not told. Do this."), "cannot be looked at: It was not told", "Do"),
        (KeyError("etag"), "KeyError while the answer was read", "Give the command again."),
        (RestError("x.googleapis.com, p: no.", 403), "x.googleapis.com, p: no", "roles/viewer"),
    ],
)
def test_a_look_that_cannot_be_made_fails_its_box_alone(
    world: World, error: Exception, said: str, mend: str
) -> None:
    """A service that does not answer fails its box, with what to do, and never the command."""
    report = run(world, Box("away", "Away", raising(error)), GOOD)
    away, good = report.outcomes
    assert (said in away.said, mend in away.mend) == (True, True)
    assert good.verdict is Verdict.PASSED


def test_what_no_look_may_raise_is_raised(world: World) -> None:
    """A mistake of the program's own ends it, with its traceback."""
    with pytest.raises(ZeroDivisionError):
        run(world, Box("bug", "Bug", raising(ZeroDivisionError())))


def test_commands_run_one_after_another(world: World) -> None:
    """Two commands never share the machine."""
    busy: list[str] = []
    most: list[int] = []

    def command(name: str) -> Box:
        def look(_: Desk) -> Finding:
            busy.append(name)
            most.append(len(busy))
            busy.remove(name)
            return passed(name)

        return Box(name, name, look, is_command=True)

    run(world, command("one"), command("two"))
    assert most == [1, 1]


def test_what_is_told_of_a_box_has_a_bound(world: World) -> None:
    """However much an answer says, a record has room for all boxes."""
    long = failed("x" * 100_000, "y" * 100_000)
    (told,) = run(world, Box("long", "Long", lambda _: long)).outcomes
    assert (len(told.said), len(told.mend)) == (4_000, 4_000)


def test_who_confirms_is_told(world: World) -> None:
    """A box that asks passes by a person's word, which is told; unasked it stays open."""
    unasked = run(world, ASKED)
    confirmed = run(world, ASKED, confirmed={"asked": "ada@example.com"})
    assert [each.key for each in unasked.open] == ["asked"]
    assert confirmed.outcomes[0].said == "confirmed by ada@example.com (who knows)"
    assert confirmed.green


def test_nobody_can_confirm_away_what_failed(world: World) -> None:
    """A box that failed stays red, whoever vouches for it."""
    assert [each.key for each in run(world, BAD, confirmed={"bad": "ada"}).failed] == ["bad"]
