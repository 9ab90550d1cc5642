"""Sees to it that the new revisions have all traffic."""

from scripts.ops.operations.errors import OperationError
from scripts.ops.rollout.desk import Desk
from scripts.ops.rollout.mover import check_newest, found, move
from scripts.ops.rollout.quarantine import trusting
from scripts.ops.traffic.moving import shares_text
from scripts.ops.traffic.platform import ServiceState
from scripts.ops.traffic.split import WHOLE


def release(desk: Desk) -> None:
    """See that the new revisions have all traffic; end an earlier pin where that was asked for."""
    desk.journal.step("traffic", "Look at the traffic", lambda: _release(desk))


def _release(desk: Desk) -> str:
    states = [found(desk.outside.platform, each) for each in desk.functions]
    for state in states:
        check_newest(desk, state)
    held = [each for each in states if _is_held(each, unpin=desk.wish.unpin)]
    known = desk.outside.book.quarantined()
    if bad := [each.latest_created for each in held if each.latest_created in known]:
        raise OperationError(
            f"{', '.join(bad)} is the newest revision and in quarantine, so traffic was left where "
            f"it is: nothing has changed since. {trusting(desk, bad)}"
        )
    if held and not desk.wish.unpin:
        were = "; ".join(f"{each.function}: {shares_text(each)}" for each in held)
        raise OperationError(
            f"The functions are deployed, and not all traffic is on the newest revisions ({were}): "
            "somebody has pinned it since the plan was made. Ask who; scripts/deploy with --unpin "
            "ends it."
        )
    for state in held:
        way = desk.course(state.function)
        move(desk, state, way.free, way.own())
    return "all of it is on the newest revisions"


def _is_held(state: ServiceState, *, unpin: bool) -> bool:
    """Tell whether the newest revision has not all traffic; to `unpin`, whether it was pinned."""
    pinned = unpin and state.split.latest != WHOLE
    return pinned or dict(state.serving) != {state.latest_created: WHOLE}
