"""Shifts traffic to the new revisions step by step, all functions together.

A bad step is answered by the reasons why; sending the traffic back is going_back's.
"""

from scripts.ops.operations.errors import LostError, OperationError
from scripts.ops.rollout import quarantine
from scripts.ops.rollout.comparing import compare
from scripts.ops.rollout.course import Course
from scripts.ops.rollout.desk import Desk
from scripts.ops.rollout.mover import check_newest, found, move
from scripts.ops.rollout.quarantine import DOUBTED
from scripts.ops.rollout.waiting import let_pass
from scripts.ops.traffic.split import CANARY, Split


def pin(desk: Desk) -> None:
    """Pin every service to what serves now."""
    if desk.pins:
        desk.journal.step("pin", "Pin the traffic", lambda: _pin(desk))


def attempt(desk: Desk) -> list[str]:
    """Go through all steps; return why the new revisions are bad, nothing if they are good."""
    if not desk.on_trial:
        return []
    quarantine.check(desk)
    desk.journal.step("tag", "Tag the new revisions", lambda: _tag(desk))
    if bad := _judged(desk, 0):
        return bad
    for percent in desk.wish.percents:
        name, title = f"shift-{percent}", f"Shift to {percent} %"
        desk.journal.step(name, title, lambda percent=percent: _shift(desk, percent))  # type: ignore[misc]  # binds the loop's value
        if bad := _judged(desk, percent):
            return bad
    return []


def unpin(desk: Desk) -> None:
    """Let all services follow their newest revisions again."""
    if desk.pins:
        desk.journal.step("unpin", "Unpin the traffic", lambda: _unpin(desk))


def _pin(desk: Desk) -> str:
    for function in desk.pins:
        way = desk.course(function)
        move(desk, found(desk.outside.platform, function), way.pinned, [way.previous])
    return "; ".join(f"{name} on {revision}" for name, revision in desk.pins.items())


def _tag(desk: Desk) -> str:
    for function in desk.on_trial:
        way = desk.course(function)
        move(desk, found(desk.outside.platform, function), way.tagged, [way.pinned])
    return ", ".join(desk.revisions[each] for each in desk.on_trial)


def _shift(desk: Desk, percent: int) -> str:
    for function in desk.on_trial:
        way = desk.course(function)
        state = found(desk.outside.platform, function)
        move(desk, state, way.at(percent), [_before(way, percent)])
    desk.journal.keep(canary=[*_done(desk, percent), percent])
    return f"{percent} % on {', '.join(desk.revisions[each] for each in desk.on_trial)}"


def _before(way: Course, percent: int) -> Split:
    lower = [each for each in way.percents if each < percent]
    return way.at(lower[-1]) if lower else way.tagged


def _done(desk: Desk, percent: int) -> list[int]:
    return [each for each in desk.journal.record.facts.get("canary", []) if each != percent]


def _unpin(desk: Desk) -> str:
    for function in desk.pins:
        way = desk.course(function)
        last = way.at(way.percents[-1]) if function in desk.revisions else way.pinned
        state = found(desk.outside.platform, function)
        check_newest(desk, state)
        move(desk, state, way.free, [last])
    return "each service follows its newest revision"


def _judged(desk: Desk, percent: int) -> list[str]:
    """Watch a step and judge it, once; return why it is bad."""
    bad: list[str] = []

    def judge() -> str:
        if percent:
            let_pass(desk, desk.wish.bake, f"watching {percent} %")
        told = _looked(desk, percent, bad)
        if bad:
            desk.journal.keep(must=True, bad=bad)
            return "bad: " + "; ".join(bad)
        return "; ".join(["validate is green", *told])

    desk.journal.step(f"judge-{percent}", f"Judge {percent} %", judge, must=True)
    return bad


def _looked(desk: Desk, percent: int, bad: list[str]) -> list[str]:
    """Look at the new revisions, and return what is told of them; add what is bad to `bad`.

    A look that could not be had is a reason to go back once users have been shifted, for nobody
    knows how they fare. At 0 % nothing is shifted: everything stays pinned, and the deploy stops.
    """
    try:
        report = desk.outside.validate(CANARY)
        bad += [f"validate at {percent} %: {each.title}: {each.said}" for each in report.failed]
        if bad or not percent:
            return []
        compared = compare(desk)
    except LostError:
        raise
    except OperationError as error:
        if not percent:
            raise type(error)(
                f"{error} Nothing was shifted: all traffic stays pinned to "
                f"{', '.join(desk.pins.values())}. --resume looks again."
            ) from error
        desk.journal.keep(must=True, **{DOUBTED: "nobody could look at them"})
        bad.append(f"at {percent} % nobody could look at them: {error}")
        return []
    bad += compared.bad
    return compared.told
