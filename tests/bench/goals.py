"""What is aimed at, as data; a goal is held against the medians of one run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.measures.unpaced import LOADS, MANY
from tests.bench.peers import BARE, CONTEUR, DOCS_SAMPLE, DOCS_SAMPLE_80, HELLO_WORLD, Peer
from tests.bench.trials import Spread, Trials


@dataclass(frozen=True, slots=True)
class Goal:
    """What conteur's figure should at most be (`at_least`: at least).

    It is the median of the rounds' ratios to the figure of `against`, or of the figure itself.
    """

    measure: str
    metric: str
    limit: float
    against: Peer | None = DOCS_SAMPLE_80
    at_least: bool = False

    def value(self, trials: Trials) -> Spread | None:
        """Return what is held against the limit; None where it was not measured."""
        if self.against is None:
            return trials.spread(CONTEUR.name, self.metric)
        return trials.ratio(CONTEUR.name, self.against.name, self.metric)

    def is_reached(self, value: Spread) -> bool:
        """Tell whether the median is within the limit."""
        return value.median >= self.limit if self.at_least else value.median <= self.limit


def goals_of(measure: str, metric: str) -> Sequence[Goal]:
    """Return the goals of one metric, if it has any."""
    return BY_METRIC.get((measure, metric), ())


GOALS = (
    Goal("bound", "bound", 0.35),
    Goal("cold", "story", 0.72),
    Goal("cold", "story", 1.9, HELLO_WORLD),
    Goal("refused", "answer", 1.05, HELLO_WORLD),
    *(
        Goal("unpaced", load.named(figure), 0.80)
        for load in LOADS
        if load.at_once < MANY
        for figure in ("p50", "p95", "cpu")
    ),
    Goal("streams", "stories", 9.6, DOCS_SAMPLE, at_least=True),
    Goal("streams", "of-ideal", 96, None, at_least=True),
    Goal("streams", "first-p95-of-upstream", 1.10, None),
    Goal("streams", "cpu", 0.40),
    Goal("streams", "memory", 0.90),
    Goal("services", "added-p50", 0.50),
    Goal("metrics", "cpu", 5, None),
    Goal("publish", "p50", 3.0, BARE),
)

BY_METRIC: Mapping[tuple[str, str], Sequence[Goal]] = {
    key: [goal for goal in GOALS if (goal.measure, goal.metric) == key]
    for key in dict.fromkeys((goal.measure, goal.metric) for goal in GOALS)
}
