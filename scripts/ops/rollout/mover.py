"""Moves the traffic of a service from one of the deploy's own splits to the next."""

from collections.abc import Sequence

from scripts.ops.operations.errors import BusyError, OperationError
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


def move(platform: Platform, function: str, split: Split, own: Sequence[Split]) -> None:
    """Split a service's traffic anew.

    Raises BusyError where its split is none of the deploy's `own`: somebody else's is never
    written over.
    """
    state = found(platform, function)
    if state.split != split and state.split not in own:
        raise BusyError(
            f"Somebody else has moved the traffic of {function} meanwhile ({told(state)}), so it "
            "was left as it is, and the deploy stops here. Ask who it was."
        )
    platform.move(state, split)


def told(state: ServiceState) -> str:
    """Return who serves what: `generate-story-00002-abc 95 %, generate-story-00003-xyz 5 %`."""
    shares = sorted(state.serving.items(), key=lambda each: -each[1])
    return ", ".join(f"{name} {share} %" for name, share in shares) or "nobody serves"
