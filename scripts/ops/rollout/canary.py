"""Shifts traffic to the new revisions step by step, all functions together.

A bad step is answered by the reasons why; sending the traffic back is going_back's.
"""

from scripts.ops.operations.outcome import Report
from scripts.ops.rollout.course import Course
from scripts.ops.rollout.desk import Desk
from scripts.ops.rollout.judging import document, known_better, rate_of, too_many_fail
from scripts.ops.rollout.mover import move
from scripts.ops.rollout.waiting import let_pass
from scripts.ops.traffic.error_rates import Rate
from scripts.ops.traffic.split import CANARY, Split

LEAST_WINDOW = 120.0
"""Seconds whose calls are counted at least: figures are sent once a minute."""


def pin(desk: Desk) -> None:
    """Pin every service to what serves now."""
    if desk.pins:
        desk.journal.step("pin", "Pin the traffic", lambda: _pin(desk))


def attempt(desk: Desk) -> list[str]:
    """Go through all steps; return why the new revisions are bad, nothing if they are good."""
    if not desk.on_trial:
        return []
    if bad := _quarantined(desk):
        return bad
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
        move(desk.outside.platform, function, way.pinned, [way.previous])
    return "; ".join(f"{name} on {revision}" for name, revision in desk.pins.items())


def _quarantined(desk: Desk) -> list[str]:
    known = desk.outside.book.quarantined()
    mine = {each: desk.revisions[each] for each in desk.on_trial}
    return [
        f"{revision} is in quarantine ({known[revision].why}), and nothing has changed since"
        for revision in mine.values()
        if revision in known
    ]


def _tag(desk: Desk) -> str:
    for function in desk.on_trial:
        way = desk.course(function)
        move(desk.outside.platform, function, way.tagged, [way.pinned])
    return ", ".join(desk.revisions[each] for each in desk.on_trial)


def _shift(desk: Desk, percent: int) -> str:
    for function in desk.on_trial:
        way = desk.course(function)
        move(desk.outside.platform, function, way.at(percent), [_before(way, percent)])
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
        move(desk.outside.platform, function, way.free, [last])
    return "each service follows its newest revision"


def _judged(desk: Desk, percent: int) -> list[str]:
    """Watch a step and judge it, once; return why it is bad."""
    bad: list[str] = []

    def judge() -> str:
        if percent:
            what = f"watching {percent} %"
            let_pass(desk.wish.bake, what, desk.outside.wait, desk.outside.tell)
        bad.extend(_validated(desk.outside.validate(CANARY), percent))
        told = _compared(desk, bad) if percent else []
        if bad:
            desk.journal.keep(bad=bad)
            return "bad: " + "; ".join(bad)
        return "; ".join(["validate is green", *told])

    desk.journal.step(f"judge-{percent}", f"Judge {percent} %", judge)
    return bad


def _validated(report: Report, percent: int) -> list[str]:
    return [f"validate at {percent} %: {each.title}: {each.said}" for each in report.failed]


def _compared(desk: Desk, bad: list[str]) -> list[str]:
    """Hold the error rates of new and old revisions against each other; return them for people."""
    seconds = max(desk.wish.bake, LEAST_WINDOW)
    kept = dict(desk.journal.record.facts.get("old_rates", {}))
    lines: list[str] = []
    for function in desk.on_trial:
        new = desk.outside.rates(function, desk.revisions[function], seconds)
        now = desk.outside.rates(function, desk.pins[function], seconds)
        old = known_better(now, rate_of(kept.get(function)))
        kept |= {function: document(old)} if old else {}
        lines.append(f"{function}: new {_text(new)}, old {_text(old)}")
        if too_many_fail(new, old):
            bad.append(f"too many calls fail: {lines[-1]}")
    desk.journal.keep(old_rates=kept)
    return lines


def _text(rate: Rate | None) -> str:
    return rate.text if rate else "unknown"
