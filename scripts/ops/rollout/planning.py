"""What a deploy will do, and why it may not: decided from what was read, without I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scripts.ops.rollout.wish import Wish
from scripts.ops.traffic.moving import shares_text
from scripts.ops.traffic.platform import ServiceState
from scripts.ops.traffic.split import WHOLE

STORE = ("store_api", "tend_store")
"""The functions that use the database's tables."""
RULES, HOSTING, MIGRATIONS = (
    "the rules, indexes and TTL of Firestore",
    "Hosting",
    "the database's migrations",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is deployed. `services` are those that are there, by the names of their functions.

    `migrations` are pending ones; None where they are left out or no store is set up.
    """

    wish: Wish
    functions: tuple[str, ...]
    services: Mapping[str, ServiceState]
    migrations: Sequence[str] | None
    left_out: tuple[str, ...]

    @property
    def new(self) -> tuple[str, ...]:
        """Functions that nobody is served by yet."""
        served = [name for name, state in self.services.items() if serves(state)]
        return tuple(each for each in self.functions if each not in served)

    @property
    def idle(self) -> Sequence[ServiceState]:
        """Services that serve nobody: their first revision never worked."""
        return [each for each in self.services.values() if not serves(each)]

    @property
    def pinned(self) -> Sequence[ServiceState]:
        """Services in which a new revision would not get all traffic by itself."""
        return [each for each in self.services.values() if each.split.latest != WHOLE]


def serves(state: ServiceState) -> bool:
    """Tell whether a revision serves: where the first one never worked, none does."""
    return any(state.serving)


def needs_tables(wish: Wish) -> bool:
    """Tell whether what is deployed uses the database's tables."""
    return wish.whole or any(each in STORE for each in wish.functions)


def make_plan(
    wish: Wish,
    known: Sequence[str],
    services: Mapping[str, ServiceState],
    migrations: Sequence[str] | None,
) -> Plan:
    """Return the plan; `known` are all functions of the checkout."""
    functions = tuple(each for each in known if wish.whole or each in wish.functions)
    return Plan(wish, functions, services, migrations, tuple(_left_out(wish, known)))


def _left_out(wish: Wish, known: Sequence[str]) -> Iterator[str]:
    if wish.whole:
        return
    yield RULES
    yield HOSTING
    if not needs_tables(wish):
        yield MIGRATIONS
    if others := [each for each in known if each not in wish.functions]:
        yield f"the functions {', '.join(others)}"


def refusals(plan: Plan) -> list[str]:
    """Return why traffic as it is forbids the deploy."""
    return [*_split(plan), *_forgotten(plan)]


def _split(plan: Plan) -> Iterator[str]:
    for state in plan.services.values():
        if len(state.serving) > 1:
            yield (
                f"The traffic of {state.function} is split ({shares_text(state)}): a canary is "
                "half way. End it first: scripts/deploy --resume goes on with it, scripts/rollback "
                "undoes it."
            )


def _forgotten(plan: Plan) -> Iterator[str]:
    if plan.wish.unpin or plan.wish.percents:
        return
    for state in plan.pinned:
        yield (
            f"{state.function} is pinned ({shares_text(state)}): its new revision would get "
            f"{state.split.latest} %. Add --unpin to give it all traffic, or --canary to shift it "
            "step by step."
        )
