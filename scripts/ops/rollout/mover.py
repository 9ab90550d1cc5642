"""Moves the traffic of a service from one of the deploy's own splits to the next."""

from collections.abc import Sequence

from scripts.ops.operations.errors import BusyError, OperationError
from scripts.ops.rollout.desk import Desk
from scripts.ops.traffic.moving import shares_text
from scripts.ops.traffic.platform import Platform, ServiceState
from scripts.ops.traffic.split import Split


def found(platform: Platform, function: str) -> ServiceState:
    """Return a function's service. Raises OperationError where it is gone."""
    state = platform.service(function)
    if state is None:
        raise OperationError(
            f"The service of {function} is gone: somebody has deleted it. Deploy the function "
            "again: scripts/deploy ENVIRONMENT --function " + function
        )
    return state


def move(desk: Desk, state: ServiceState, split: Split, own: Sequence[Split]) -> None:
    """Split a service's traffic anew, as it was read.

    Raises BusyError where its split is none of the deploy's `own`: somebody else's is never
    written over. Raises LostError where another operation has taken this one's place.
    """
    desk.journal.go_on()
    if state.split != split and state.split not in own:
        raise BusyError(
            f"Somebody else has moved the traffic of {state.function} meanwhile "
            f"({shares_text(state)}), so it was left as it is, and the deploy stops here. Ask who "
            "it was."
        )
    desk.outside.platform.move(state, split)


def check_newest(desk: Desk, state: ServiceState) -> None:
    """Raise BusyError where the newest revision is none that this deploy has made or left alone.

    What follows the newest revision would give all traffic to one that nobody has tried.
    """
    tried = desk.newest(state.function)
    if state.latest_created != tried:
        raise BusyError(
            f"Somebody else has deployed {state.function} meanwhile: {state.latest_created} is "
            f"newer than {tried or 'nothing'}, and nobody has tried it here. The traffic was left "
            f"as it is: {shares_text(state)}. Ask who it was, and deploy again with --canary, "
            "which tries the newest one, from what serves now."
        )
