"""A plan for people, and for programs."""

from collections.abc import Iterator
from typing import Any

from scripts.ops.rollout.planning import Plan
from scripts.ops.traffic.moving import shares_text


def lines(plan: Plan, where: str, commit: str) -> Iterator[str]:
    """Yield what is done, in its order."""
    yield f"Deploy of {commit[:12]} to {where}"
    yield from _steps(plan)
    yield from _notes(plan)
    yield from (f"  left out: {each}" for each in plan.left_out)


def _steps(plan: Plan) -> Iterator[str]:
    steps = [*_before(plan), *_functions(plan), *_after(plan)]
    yield from (f"  {number}. {step}" for number, step in enumerate(steps, 1))


def _before(plan: Plan) -> Iterator[str]:
    if plan.migrations is not None:
        yield f"migrate the database: {', '.join(plan.migrations) or 'nothing is pending'}"
    if plan.wish.whole:
        yield "deploy the rules, indexes and TTL of Firestore; wait until the indexes are READY"


def _functions(plan: Plan) -> Iterator[str]:
    wish = plan.wish
    served = {name: state for name, state in plan.services.items() if name not in plan.new}
    if wish.percents and served:
        yield "pin: " + "; ".join(
            f"{name} on {state.serving_most}" for name, state in served.items()
        )
    yield f"deploy the functions {', '.join(plan.functions)}"
    if wish.percents and served:
        yield "check that the pins held; tag the new revisions; validate them at 0 %"
        steps = ", ".join(f"{each} %" for each in wish.percents)
        yield f"shift to {steps}; at each watch {wish.bake:.0f} s, validate, compare error rates"
        yield "unpin"
    else:
        yield "check that the new revisions have all traffic"


def _after(plan: Plan) -> Iterator[str]:
    if plan.wish.whole:
        yield "deploy Hosting"
    yield "validate the whole"


def _notes(plan: Plan) -> Iterator[str]:
    for state in plan.pinned:
        yield f"  note: {state.function} is pinned now: {shares_text(state)}"
    for state in plan.idle:
        yield (
            f"  note: {state.function} is there and serves nobody ({state.problem or 'no revision'}"
            "): it counts as new"
        )
    if plan.new and plan.wish.percents:
        yield (f"  note: new, so no canary, and all traffic at once: {', '.join(plan.new)}")
    if plan.wish.whole and plan.migrations is None:
        yield "  note: no store is set up here, so there is no database to migrate"


def document(plan: Plan) -> dict[str, Any]:
    """Return it for programs."""
    return {
        "functions": list(plan.functions),
        "new": list(plan.new),
        "pinned": {each.function: dict(each.serving) for each in plan.pinned},
        "migrations": plan.migrations,
        "leftOut": list(plan.left_out),
        "canary": list(plan.wish.percents),
        "bake": plan.wish.bake,
    }
