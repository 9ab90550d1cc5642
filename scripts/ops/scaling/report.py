"""What the model says of some rates, as tables by name; `scripts/simulate` prints them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from conteur.domain.prices import MICROS
from scripts.ops.scaling import figures
from scripts.ops.scaling.costs import dollars as dollars_of
from scripts.ops.scaling.deployment import Deployment
from scripts.ops.scaling.limits import MOST_BUDGET_SHARDS, Limit, broken, fitted, limits
from scripts.ops.scaling.plant import Plant
from scripts.ops.scaling.tables import dollars, exact, number, percent, table
from scripts.ops.scaling.workload import Workload

Measure = tuple[str, Callable[[Plant], str]]

_ACCESSES, _CONNECTIONS = figures.SECRET_ACCESSES.value, figures.CONNECTIONS.value
_TAKES: tuple[Measure, ...] = (
    ("stories told at one moment", lambda it: number(it.in_flight)),
    ("instances, scaled to 60 %", lambda it: number(it.instances)),
    ("stories at one moment in each", lambda it: number(it.concurrency)),
    ("... and that would take 60 % of its CPU", lambda it: number(it.cpu_concurrency)),
    ("CPU of each", lambda it: percent(it.cpu_share)),
    ("memory of each, all threads taken, MB", lambda it: number(it.full_memory_mb)),
    ("Firestore: writes a second", lambda it: number(it.writes)),
    ("... of these to one shard of the budget", lambda it: number(it.shard_writes)),
    ("... to one part of the sweep's index", lambda it: number(it.lease_writes)),
    ("... reads a second", lambda it: number(it.reads)),
    ("... minutes to grow into this, from nothing", lambda it: number(it.ramp_minutes)),
    ("Cloud Monitoring: calls a minute", lambda it: number(it.monitoring_calls)),
    (
        f"Secret Manager: accesses a minute, of {number(_ACCESSES)}",
        lambda it: number(it.secret_accesses),
    ),
    ("OpenAI: tokens a minute, millions", lambda it: number(it.tokens / 1e6)),
    ("to clients, MB a second", lambda it: number(it.egress_mb)),
    ("late saves: minutes for a minute's stories", lambda it: number(it.saving_minutes)),
    (
        f"PostgreSQL: connections, of {number(_CONNECTIONS)} (not built)",
        lambda it: number(it.connections),
    ),
)
_SETTINGS: tuple[Measure, ...] = (
    ("`MAX_INSTANCES`", lambda it: number(it.deployment.max_instances)),
    ("`BUDGET_SHARDS`", lambda it: _shards(it.deployment.budget_shards)),
    ("`BUDGET_USD_PER_DAY`", lambda it: number(it.deployment.budget_micros / MICROS)),
    ("OpenAI's usage tier", lambda it: it.deployment.tier.name),
)


@dataclass(frozen=True, slots=True)
class Study:
    """Some rates, in stories a minute, of one workload, beginning with one deployment."""

    rates: Sequence[float]
    workload: Workload
    deployment: Deployment

    def served(self) -> list[Plant]:
        """Return a plant for each rate, with the settings that serve it."""
        now = (Plant(rate, self.workload, self.deployment) for rate in self.rates)
        return [Plant(it.rate, it.workload, fitted(it)) for it in now]


def takes(study: Study) -> str:
    """Return the table of what each rate takes."""
    return _by_rate(study, _TAKES)


def settings(study: Study) -> str:
    """Return the table of the settings that serve each rate."""
    return _by_rate(study, _SETTINGS)


def costs(study: Study) -> str:
    """Return the table of dollars for a thousand stories."""
    bills = [dollars_of(plant) for plant in study.served()]
    rows = [(name, *(dollars(bill[name]) for bill in bills)) for name in bills[0]]
    rows.append(("all", *(dollars(sum(bill.values())) for bill in bills)))
    return table(_head(study, "dollars for 1,000 stories"), rows)


def breaks(study: Study) -> str:
    """Return the table of what breaks up to each rate, and was well at the one before."""
    met = limits(study.deployment, study.workload)
    bounds = [0.0, *study.rates, float("inf")]
    rows = [
        row
        for above, up_to in pairwise(bounds)
        for row in _broken(_range(above, up_to), broken(met, above, up_to))
    ]
    return table(("stories a minute", "breaks", "from", "change"), rows)


def sources() -> str:
    """Return the table of what is taken on trust."""
    rows = [
        (each.of, f"{exact(each.value)} {each.unit}".strip(), each.source)
        for each in figures.FIGURES
    ]
    return table(("figure", "value", "source"), rows)


def tiers() -> str:
    """Return the table of OpenAI's usage tiers."""
    rows = [(tier.name, number(tier.requests), number(tier.tokens)) for tier in figures.TIERS]
    return table(("tier", "requests a minute", "tokens a minute"), rows)


def _by_rate(study: Study, measures: Iterable[Measure]) -> str:
    plants = study.served()
    rows = [(name, *(shown(plant) for plant in plants)) for name, shown in measures]
    return table(_head(study, "stories a minute"), rows)


def _shards(needed: int) -> str:
    if needed > MOST_BUDGET_SHARDS:
        return f"{number(needed)} ({number(MOST_BUDGET_SHARDS)} may be set)"
    return number(needed)


def _head(study: Study, corner: str) -> tuple[str, ...]:
    return (corner, *(number(rate) for rate in study.rates))


def _range(above: float, up_to: float) -> str:
    if up_to == float("inf"):
        return f"over {number(above)}"
    return f"to {number(up_to)}"


def _broken(rates: str, met: Sequence[Limit]) -> Iterator[tuple[str, str, str, str]]:
    """Yield a row for each limit; the first one names the rates."""
    if not met:
        yield rates, "nothing more", "", ""
    for place, limit in enumerate(met):
        yield ("" if place else rates), limit.name, number(limit.holds), limit.change
