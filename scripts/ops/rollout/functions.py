"""Deploys the functions, and finds out what became of each."""

from collections.abc import Mapping, Sequence

from scripts.ops.operations.commands import Ran
from scripts.ops.operations.errors import BusyError, OperationError
from scripts.ops.rollout import course, planning
from scripts.ops.rollout.desk import Desk
from scripts.ops.traffic.moving import shares_text
from scripts.ops.traffic.platform import ServiceState
from scripts.ops.traffic.split import WHOLE

NAME = "functions"


def note(desk: Desk) -> None:
    """Write down how everything is before anything is moved, once.

    Raises BusyError where somebody has split or pinned the traffic since the plan was made.
    """
    if "previous" in desk.journal.record.facts:
        return
    there = _services(desk)
    _check_as_planned(desk, there)
    desk.journal.keep(
        previous={name: course.document(state.split) for name, state in there.items()},
        latest={name: state.latest_created for name, state in there.items()},
        pins={name: state.serving_most for name, state in there.items() if planning.serves(state)}
        if desk.wish.percents
        else {},
    )


def deploy(desk: Desk) -> None:
    """Deploy what has no new revision yet, and hold pinned traffic where it was."""
    desk.journal.step(NAME, "Deploy the functions", lambda: _deploy(desk))


def _check_as_planned(desk: Desk, there: Mapping[str, ServiceState]) -> None:
    made = planning.make_plan(desk.wish, desk.functions, there, None)
    if closed := planning.refusals(made):
        raise BusyError(
            "Somebody has moved traffic since the plan was made, so no function was deployed, and "
            f"no traffic was moved: {' '.join(closed)} Once that is settled, --resume goes on."
        )


def _deploy(desk: Desk) -> str:
    ran = _run_held(desk)
    desk.journal.go_on()
    there = _services(desk)
    new = {name: state.latest_created for name, state in there.items() if _has_new(desk, state)}
    unchanged = [each for each in desk.functions if each not in new]
    desk.journal.keep(revisions=new, unchanged=unchanged)
    _hold(desk, there)
    _check_whole(desk, there, ran)
    same = f"; unchanged, so left alone: {', '.join(unchanged)}" if unchanged else ""
    return f"new: {', '.join(new.values()) or 'nothing'}{same}"


def _run_held(desk: Desk) -> Ran | None:
    """Run firebase; where it is broken off, see to the pins before that is told."""
    try:
        return _run(desk)
    except BaseException as error:
        if lost := _sent_back(desk, _services(desk)):
            raise OperationError(f"{error} {_lost_text(lost)}".lstrip()) from error
        raise


def _run(desk: Desk) -> Ran | None:
    """Run firebase for all, or for the rest of a deploy that was cut off.

    firebase-tools passes by what has not changed, unless it is named
    (https://github.com/firebase/firebase-tools, src/deploy/functions/release/planner.ts).
    """
    again = desk.outside.firebase.output(NAME).exists()
    done = _deployed(desk) if again else []
    rest = [each for each in desk.functions if each not in done]
    if not rest:
        return None
    named = done or not desk.wish.whole
    only = ",".join(f"functions:{each}" for each in rest) if named else "functions"
    desk.journal.go_on()
    return desk.outside.firebase.deploy(NAME, only)


def _services(desk: Desk) -> dict[str, ServiceState]:
    states = {each: desk.outside.platform.service(each) for each in desk.functions}
    return {name: state for name, state in states.items() if state is not None}


def _deployed(desk: Desk) -> list[str]:
    """Return the functions whose newest revision is this deploy's, and can serve."""
    before = desk.journal.record.facts["latest"]
    return [
        name
        for name, state in _services(desk).items()
        if state.latest_created != before.get(name) and _is_ready(desk, state)
    ]


def _has_new(desk: Desk, state: ServiceState) -> bool:
    """Tell whether there is a revision to be tried, an earlier deploy's that was never tried too.

    Without a pin it is what this deploy has made.
    """
    if not _is_ready(desk, state):
        return False
    before: str | None = desk.journal.record.facts["latest"].get(state.function)
    return state.latest_created != (desk.pins.get(state.function) or before)


def _is_ready(desk: Desk, state: ServiceState) -> bool:
    """Tell whether the newest revision can serve.

    One without traffic may be Ready by itself and not be the service's latest ready one
    (https://github.com/mishrasanjeev/agentic-org/pull/606).
    """
    if state.latest_created == state.latest_ready:
        return True
    found = desk.outside.platform.revisions(state.function)
    return any(each.ready for each in found if each.name == state.latest_created)


def _check_whole(desk: Desk, there: Mapping[str, ServiceState], ran: Ran | None) -> None:
    """Raise OperationError for a deploy that is half done."""
    failed = [
        f"{state.function} ({state.problem or 'its newest revision is not ready'})"
        for state in there.values()
        if not _is_ready(desk, state)
    ]
    missing = [each for each in desk.functions if each not in there]
    if failed or missing or (ran and ran.code):
        raise OperationError(_half_done(desk, failed, ran))


def _half_done(desk: Desk, failed: Sequence[str], ran: Ran | None) -> str:
    new = _deployed(desk)
    rest = [each for each in desk.functions if each not in new]
    pinned = [each for each in desk.functions if each in desk.pins]
    parts = [
        f"The deploy of the functions is half done. New: {', '.join(new) or 'none'}.",
        f"Not new: {', '.join(rest) or 'none'}.",
        f"Not ready: {'; '.join(failed)}." if failed else "",
        f"All traffic of {', '.join(pinned)} stays where it was pinned." if pinned else "",
        f"All output is in {desk.outside.firebase.output(NAME)}.",
        f"firebase ends with:\n{ran.last_lines}\n" if ran else "",
        "Mend what it says; --resume deploys the rest.",
    ]
    return " ".join(filter(None, parts))


def _hold(desk: Desk, there: Mapping[str, ServiceState]) -> None:
    """See that the pins held. Raises OperationError where one did not."""
    if lost := _sent_back(desk, there):
        raise OperationError(_lost_text(lost))


def _sent_back(desk: Desk, there: Mapping[str, ServiceState]) -> list[ServiceState]:
    """Send all traffic back at once where a pin was lost; return the services as they were."""
    lost = [
        state
        for name, state in there.items()
        if name in desk.pins and dict(state.serving) != {desk.pins[name]: WHOLE}
    ]
    for state in lost:
        desk.outside.platform.move(state, desk.course(state.function).pinned)
    return lost


def _lost_text(lost: Sequence[ServiceState]) -> str:
    were = "; ".join(f"{each.function}: {shares_text(each)}" for each in lost)
    return (
        f"The deploy did not keep the pin of {', '.join(each.function for each in lost)} "
        f"({were}). All their traffic is back on the revision before. Whether a new revision "
        "can be tried in peace is not known now: look at the services' history. --resume goes "
        "on with the canary, scripts/rollback ends it."
    )
