"""Stories that come at random, played through instances, attempts and the provider's limits.

Nothing of it is random twice: a seed decides. Rates above MOST_A_MINUTE are thinned, with
instances and limits in proportion, for what holds of a share holds of the whole.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from conteur.domain.deadline import Deadline
from conteur.use_cases.leased_story import WRITE_SECONDS
from scripts.ops.scaling.deployment import Deployment
from scripts.ops.scaling.figures import Tier
from scripts.ops.scaling.fleet import Fleet, FleetRule, Instance
from scripts.ops.scaling.provider import Provider
from scripts.ops.scaling.telling import TOLD, Calls, Telling
from scripts.ops.scaling.timeline import MINUTE, Timeline
from scripts.ops.scaling.workload import Workload

MOST_A_MINUTE = 3_000
NO_INSTANCE = "no instance (429)"  # of Cloud Run: the product never sees the request


@dataclass(frozen=True, slots=True)
class Scenario:
    """Stories of `workload` at `rate` a minute for `minutes`, from nothing.

    A story takes its workload's seconds, less or more by a random part of them, `spread` at
    most. What comes in the first `warm_up` minutes counts only as such. `outage` is when the
    provider fails, in seconds from the beginning.
    """

    rate: float
    workload: Workload
    deployment: Deployment
    minutes: float
    warm_up: float = 1.0
    spread: float = 0.5
    outage: tuple[float, float] = (0.0, 0.0)
    seed: int = 1

    def thinned(self) -> "Scenario":
        """Return a scenario of about MOST_A_MINUTE that has the same shares and times.

        By a whole number of instances, for what they hold is to be in proportion too.
        """
        now = self.deployment
        instances = max(1, min(1.0, MOST_A_MINUTE / self.rate) * now.max_instances // 1)
        times = now.max_instances / instances
        tier = Tier(now.tier.name, now.tier.requests / times, now.tier.tokens / times)
        thinned = replace(now, max_instances=int(instances), tier=tier)
        return replace(self, rate=self.rate / times, deployment=thinned)


@dataclass(eq=False, slots=True)
class Request:
    """One call: times are in seconds, `reason` is why it failed, TOLD if it did not."""

    arrived: float
    seconds: float
    cold: bool = False
    ended: float = 0.0
    reason: str = TOLD
    attempts: int = 0

    @property
    def added(self) -> float:
        """Return the seconds that the call took beyond the story itself."""
        return self.ended - self.arrived - self.seconds

    @property
    def lasted(self) -> float:
        """Return the seconds until the call had its answer."""
        return self.ended - self.arrived

    def within(self, begin: float, end: float) -> float:
        """Return the seconds of the call between two moments."""
        return max(0.0, min(self.ended, end) - max(self.arrived, begin))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a scenario's requests, those of the warm-up apart.

    `in_flight` is how many there were at one moment, on average after the warm-up; `instances`
    are the most that there were. Both are of the whole, where it was thinned.
    """

    first: Sequence[Request]
    requests: Sequence[Request]
    in_flight: float
    instances: float

    @property
    def told(self) -> float:
        """Return the share of stories told."""
        return _share(self.requests, [each for each in self.requests if each.reason == TOLD])

    @property
    def reasons(self) -> dict[str, float]:
        """Return the share of each reason for which a story was not told."""
        counted = Counter(each.reason for each in self.requests if each.reason != TOLD)
        return {reason: count / len(self.requests) for reason, count in sorted(counted.items())}

    @property
    def attempts(self) -> float:
        """Return the requests to the provider for each call."""
        return sum(each.attempts for each in self.requests) / max(1, len(self.requests))

    def cold(self, *, first: bool) -> float:
        """Return the share that waited for an instance, `first` in the warm-up."""
        requests = self.first if first else self.requests
        return _share(requests, [each for each in requests if each.cold])

    def added(self, share: float, *, first: bool = False) -> float:
        """Return the seconds that `share` of the stories told were delayed by, at most."""
        requests = self.first if first else self.requests
        return percentile([each.added for each in requests if each.reason == TOLD], share)

    def refused_after(self, share: float) -> float:
        """Return the seconds after which `share` of those not told knew so."""
        return percentile([each.lasted for each in self.requests if each.reason != TOLD], share)


@dataclass(eq=False, slots=True)
class _Play:
    """A scenario under way."""

    scenario: Scenario
    chance: random.Random
    timeline: Timeline
    fleet: Fleet
    calls: Calls
    requests: list[Request] = field(default_factory=list)

    def run(self) -> Outcome:
        end = MINUTE * self.scenario.minutes
        self.fleet.scale_until(end)
        self._come()
        self.timeline.run()
        warm = MINUTE * self.scenario.warm_up
        return Outcome(
            first=[each for each in self.requests if each.arrived < warm],
            requests=[each for each in self.requests if each.arrived >= warm],
            in_flight=sum(each.within(warm, end) for each in self.requests) / (end - warm),
            instances=self.fleet.most,
        )

    def _come(self) -> None:
        """Have the next request come, and the ones after it until the scenario ends."""
        at = self.timeline.now + self.chance.expovariate(self.scenario.rate / MINUTE)
        if at < MINUTE * self.scenario.minutes:
            self.timeline.at(at, self._arrive)

    def _arrive(self) -> None:
        spread = self.scenario.spread
        seconds = self.scenario.workload.seconds * self.chance.uniform(1 - spread, 1 + spread)
        request = Request(self.timeline.now, seconds)
        self.requests.append(request)
        refuse = partial(self._end, request, NO_INSTANCE)
        request.cold = not self.fleet.enter(partial(self._begin, request), refuse)
        self._come()

    def _begin(self, request: Request, instance: Instance) -> None:
        deadline = Deadline(self.timeline.now + self.scenario.deployment.deadline_seconds)

        def ended(reason: str) -> None:
            self.fleet.leave(instance)
            request.attempts = telling.attempts
            self._end(request, reason)

        until = deadline.before(WRITE_SECONDS)
        telling = Telling(self.calls, instance, until, request.seconds, ended)
        telling.attempt()

    def _end(self, request: Request, reason: str) -> None:
        request.reason, request.ended = reason, self.timeline.now


def simulate(scenario: Scenario) -> Outcome:
    """Return what becomes of the scenario, thinned where it is too large."""
    thin = scenario.thinned()
    outcome = _play(thin)
    times = scenario.rate / thin.rate
    return replace(
        outcome, in_flight=times * outcome.in_flight, instances=times * outcome.instances
    )


def _play(thin: Scenario) -> Outcome:
    now = thin.deployment
    chance = random.Random(thin.seed)  # noqa: S311 - a simulation
    timeline = Timeline()
    provider = Provider(now.tier, thin.workload.limit_tokens, thin.outage)
    fleet = Fleet(FleetRule(now.max_instances, now.threads), now.circuit, timeline)
    calls = Calls(timeline, provider.ask, now.retry, chance.random)
    return _Play(thin, chance, timeline, fleet, calls).run()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of `values` do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _share(whole: Sequence[Request], part: Sequence[Request]) -> float:
    return len(part) / len(whole) if whole else 0.0
