"""What serves now: whether one can go back to it, and whether an earlier pin was forgotten."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, listed, passed
from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.record import Kind, Record, State
from scripts.ops.traffic import run
from scripts.ops.traffic.platform import Platform, ServiceState
from scripts.ops.traffic.qualifying import Known, judge

NONE_YET = "none yet: nothing is deployed"


def look_back(desk: Desk) -> Finding:
    """Return whether each service has a revision to go back to. Raises OperationError."""
    quarantined = desk.book.quarantined()
    with run.connected(desk.site.run(), region=desk.site.region) as platform:
        states = services(platform, desk.functions)
        problems = [
            problem for state in states for problem in _no_way_back(state, platform, quarantined)
        ]
    if problems:
        return failed(
            f"no way back: {listed(problems)}",
            "A deploy goes back to what serves now. Send the traffic to a revision that is ready "
            "and has its image first: scripts/rollback lists them.",
        )
    names = [f"{each.function}: {each.serving_most}" for each in states]
    return passed(f"what serves now ({listed(names, 1)})" if names else NONE_YET)


def look_pins(desk: Desk) -> Finding:
    """Return whether traffic is pinned for no reason that is on record. Raises OperationError."""
    with run.connected(desk.site.run(), region=desk.site.region) as platform:
        states = services(platform, desk.functions)
    operations = desk.book.newest(Kind.DEPLOY, Kind.ROLLBACK)
    return judge_pins(states, operations, desk.book.quarantined(), desk.site.project)


def judge_pins(
    states: Sequence[ServiceState],
    operations: Sequence[Record],
    quarantined: Collection[str],
    project: str,
) -> Finding:
    """Return what pins mean: after a rollback they are meant, and the next deploy ends them."""
    pinned = [each for each in states if each.split.is_pinned]
    if not pinned:
        return passed("none: each service follows its latest revision" if states else NONE_YET)
    names = [f"{each.function} on {each.serving_most}" for each in pinned]
    reason = _reason(operations)
    if reason or all(each.latest_ready in quarantined for each in pinned):
        why = reason or "for the newest revision is in quarantine"
        return passed(f"{listed(names, 1)}, {why}: a canary begins there, and ends it")
    first = pinned[0].function.replace("_", "-")
    return failed(
        f"pinned, and no rollback on record says why: {listed(names)}",
        "Ask who it was. If nobody needs it: gcloud run services update-traffic "
        f"{first} --to-latest --project {project}, and likewise the others.",
    )


def services(platform: Platform, functions: Collection[str]) -> list[ServiceState]:
    """Return the services that are there. Raises OperationError."""
    found = [platform.service(name) for name in sorted(functions)]
    return [state for state in found if state is not None]


def _reason(operations: Sequence[Record]) -> str:
    """Return that the newest operation has gone back, or was cut off; empty where it has not."""
    newest = next(iter(operations), None)
    if newest is None or (newest.kind is Kind.DEPLOY and newest.state is State.DONE):
        return ""
    return f"as {newest.kind} {newest.id} has left it ({newest.state})"


def _no_way_back(
    state: ServiceState, platform: Platform, quarantined: Mapping[str, Quarantined]
) -> Iterator[str]:
    name = state.serving_most
    found = next((each for each in platform.revisions(state.function) if each.name == name), None)
    if found is None:
        yield f"{name or 'what serves'} of {state.function} is not among its revisions"
        return
    known = Known(found, platform.has_image(found.image), quarantined.get(name), None)
    yield from (f"{name}: {bar}" for bar in judge(known).bars)
