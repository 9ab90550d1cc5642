"""Tables of what the simulation has seen: each rate served, and each limit met."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scripts.ops.scaling.arrivals import Outcome, Scenario, simulate
from scripts.ops.scaling.deployment import Deployment
from scripts.ops.scaling.limits import fitted
from scripts.ops.scaling.plant import Plant
from scripts.ops.scaling.report import Study
from scripts.ops.scaling.tables import number, percent, seconds, table
from scripts.ops.scaling.timeline import MINUTE

MINUTES = 4.0
FEWEST = 2_000  # stories, where a rate brings fewer in MINUTES
OVER_TOKENS = (0.8, 1.0, 1.2, 2.0, 5.0)
OVER_PLACES = (0.8, 1.2, 2.0)
OUTAGE = (2 * MINUTE, 3 * MINUTE)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A limit that is met at `times` what it holds, and what became of it."""

    name: str
    times: str
    outcome: Outcome


def served(study: Study, seed: int) -> list[Outcome]:
    """Play each rate with the settings that serve it."""
    return [simulate(_scenario(plant, plant.deployment, seed)) for plant in study.served()]


def pressed(study: Study, seed: int) -> list[Pressed]:
    """Play rates that the deployment does not serve, and an outage of the provider."""
    return [*_by_tokens(study, seed), *_by_places(study, seed), _by_outage(study, seed)]


def served_table(study: Study, outcomes: list[Outcome]) -> str:
    """Return the table of `served`."""
    rows = [
        ("told", *(percent(it.told) for it in outcomes)),
        ("told at one moment", *(number(it.in_flight) for it in outcomes)),
        ("instances, at most", *(number(it.instances) for it in outcomes)),
        (
            "waited for a start, in the first minute",
            *(percent(it.cold(first=True)) for it in outcomes),
        ),
        (
            "delay in that minute, 95 of 100, s",
            *(seconds(it.added(0.95, first=True)) for it in outcomes),
        ),
        ("waited for a start, later", *(percent(it.cold(first=False)) for it in outcomes)),
        ("delay later, 95 of 100, s", *(seconds(it.added(0.95)) for it in outcomes)),
    ]
    return table(("stories a minute", *(number(rate) for rate in study.rates)), rows)


def pressed_table(plays: list[Pressed]) -> str:
    """Return the table of `pressed`."""
    head = (
        *("limit", "rate, of what it holds", "told", "not told, by reason"),
        *("told so after, s", "delay of those told, s", "requests to OpenAI for one call"),
    )
    above = ["", *(play.name for play in plays)]
    rows = [_row(play) for play in plays]
    return table(head, [_once(row, name) for row, name in zip(rows, above, strict=False)])


def _once(row: tuple[str, ...], above: str) -> tuple[str, ...]:
    """Return the row without its first cell where the row above has the same."""
    return ("", *row[1:]) if row[0] == above else row


def _row(play: Pressed) -> tuple[str, ...]:
    outcome = play.outcome
    reasons = ", ".join(f"{name} {percent(share)}" for name, share in outcome.reasons.items())
    return (
        play.name,
        play.times,
        percent(outcome.told),
        reasons or "none",
        _spread(outcome.refused_after(0.5), outcome.refused_after(0.95)) if reasons else "",
        _spread(outcome.added(0.5), outcome.added(0.95)),
        f"{outcome.attempts:.2f}",
    )


def _by_tokens(study: Study, seed: int) -> Iterator[Pressed]:
    tier = study.deployment.tier
    holds = min(tier.tokens / study.workload.limit_tokens, tier.requests)
    name = f"OpenAI, tier {tier.name}: {number(holds)} a minute"
    for times in OVER_TOKENS:
        plant = Plant(times * holds, study.workload, study.deployment)
        enough = replace(fitted(plant), tier=tier)
        yield Pressed(name, percent(times, 0), simulate(_scenario(plant, enough, seed)))


def _by_places(study: Study, seed: int) -> Iterator[Pressed]:
    now = study.deployment
    holds = MINUTE * now.places / study.workload.seconds
    name = f"{now.max_instances} instances of {now.threads} threads: {number(holds)} a minute"
    for times in OVER_PLACES:
        plant = Plant(times * holds, study.workload, now)
        enough = replace(fitted(plant), max_instances=now.max_instances)
        yield Pressed(name, percent(times, 0), simulate(_scenario(plant, enough, seed)))


def _by_outage(study: Study, seed: int) -> Pressed:
    plant = Plant(1000, study.workload, study.deployment)
    scenario = _scenario(plant, fitted(plant), seed)
    outcome = simulate(replace(scenario, outage=OUTAGE))
    return Pressed("OpenAI is down for a minute of three, 1,000 a minute", "", outcome)


def _scenario(plant: Plant, deployment: Deployment, seed: int) -> Scenario:
    minutes = max(MINUTES, FEWEST / plant.rate)
    return Scenario(plant.rate, plant.workload, deployment, minutes, seed=seed)


def _spread(usual: float, most: float) -> str:
    return f"{seconds(usual)} (95 of 100: {seconds(most)})"
