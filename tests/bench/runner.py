"""Takes measures: rounds of trials, the peers in alternating order, with looks in between."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from scripts.local.errors import LocalStackError
from tests.bench.cores import LOAD_CORE, SERVER_CORE
from tests.bench.measures.measure import Measure, Stage
from tests.bench.measures.telling import warm_services
from tests.bench.noise import Look, look
from tests.bench.peers import Peer
from tests.bench.results import Result
from tests.bench.services import Services, services
from tests.bench.trials import Sample, Trials, order

SERVER_SECONDS = 1.5  # to start a server and to end it, about
SERVICES_SECONDS = 10.0  # to start the services, to warm them and to end them
PRIOR = 10.0
SOURCES = "sources"

Say = Callable[[str], None]
Surroundings = Callable[[Path, float, bool], AbstractContextManager[Services]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which measures are taken, in how many rounds, and which part of the full amounts."""

    measures: Sequence[Measure]
    pairs: int
    share: float = 1.0

    def rounds(self, measure: Measure) -> int:
        """Return how many rounds of a measure there are."""
        return self.pairs if measure.rounds is None else measure.rounds

    def trial_seconds(self, measure: Measure) -> float:
        """Return about how long one trial of a measure takes."""
        return SERVER_SECONDS + self.share * measure.seconds

    def seconds(self) -> float:
        """Return about how long all of it takes."""
        needs = [key for key, _ in groupby(self.measures, key=_needs)]
        return SERVICES_SECONDS * len(needs) + sum(map(self.measure_seconds, self.measures))

    def measure_seconds(self, measure: Measure) -> float:
        """Return about how long all trials of a measure take."""
        return self.trial_seconds(measure) * self.rounds(measure) * len(measure.peers)

    def lines(self) -> Iterator[str]:
        """Yield what it comes to, a line for each measure."""
        yield f"{self.pairs} alternating pairs, about {duration(self.seconds())} in all:"
        for measure in self.measures:
            rounds, peers = self.rounds(measure), ", ".join(peer.name for peer in measure.peers)
            seconds = duration(self.measure_seconds(measure))
            yield f"  {measure.name}: {peers}; {rounds} x {len(measure.peers)}, about {seconds}"


class TrialError(LocalStackError):
    """A trial could not be brought to its end."""


class Remaining:
    """Says how long a plan still takes: what was planned for the rest, as fast as it went.

    The first `PRIOR` seconds count as if they had gone as planned, so that it starts sensibly.
    """

    def __init__(self, planned: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._planned = planned
        self._monotonic = monotonic
        self._began = monotonic()
        self._done = 0.0

    def done(self, planned: float) -> None:
        """Take note that something of so many planned seconds is done."""
        self._done += planned

    def seconds(self) -> float:
        """Return the seconds that are left."""
        pace = (self._monotonic() - self._began + PRIOR) / (self._done + PRIOR)
        return (self._planned - self._done) * pace


class Runner:
    """Takes the measures of a plan, and says before each trial how far it is.

    `surroundings` starts the services, `looking` looks at the machine; tests have their own.
    """

    def __init__(
        self,
        plan: Plan,
        say: Say,
        surroundings: Surroundings | None = None,
        looking: Callable[[], Look] | None = None,
    ) -> None:
        self._plan = plan
        self._say = say
        self._surroundings = surroundings or _services
        self._look = looking or _look
        self._remaining = Remaining(plan.seconds())

    def results(self, folder: Path) -> Iterator[Result]:
        """Yield each measure's result, those over the same services one after the other.

        `folder` holds the logs meanwhile. Raises LocalStackError where a peer does not start, or
        does not do its job.
        """
        for (delay, counted), measures in groupby(self._plan.measures, key=_needs):
            with self._surroundings(folder, delay, counted) as running:
                stage = Stage(running, folder, folder / SOURCES, self._plan.share)
                self._remaining.done(SERVICES_SECONDS)
                for measure in measures:
                    yield self._result(measure, stage)

    def _result(self, measure: Measure, stage: Stage) -> Result:
        samples: dict[str, list[Sample]] = {peer.name: [] for peer in measure.peers}
        by_name, looks = {peer.name: peer for peer in measure.peers}, [self._look()]
        for number in range(self._plan.rounds(measure)):
            for name in order(list(samples), number):
                self._tell_progress(measure, number, by_name[name])
                samples[name].append(_trial(measure, stage, by_name[name]))
                self._remaining.done(self._plan.trial_seconds(measure))
            looks.append(self._look())
        return Result(measure, Trials(samples), looks)

    def _tell_progress(self, measure: Measure, number: int, peer: Peer) -> None:
        self._say(
            f"{measure.name}: pair {number + 1} of {self._plan.rounds(measure)}, {peer.name};"
            f" about {duration(self._remaining.seconds())} left"
        )


def duration(seconds: float) -> str:
    """Return a rough duration in words."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _needs(measure: Measure) -> tuple[float, bool]:
    return measure.round_trip_ms, measure.counted


@contextmanager
def _services(folder: Path, delay: float, counted: bool) -> Iterator[Services]:  # noqa: FBT001 - as Surroundings is called
    with services(folder, delay, counted=counted) as running:
        warm_services(Stage(running, folder, folder / SOURCES))
        yield running


def _trial(measure: Measure, stage: Stage, peer: Peer) -> Sample:
    """Take one trial; its folder, with the server's log, stays only where the trial fails."""
    folder = Path(tempfile.mkdtemp(prefix=f"{measure.name}-{peer.name}-", dir=stage.folder))
    with _named(measure, peer):
        sample = measure.trial(replace(stage, folder=folder), peer)
    shutil.rmtree(folder)
    return sample


@contextmanager
def _named(measure: Measure, peer: Peer) -> Iterator[None]:
    """Say of an error whose it is."""
    try:
        yield
    except OSError as error:
        raise TrialError(
            f"{peer.title} ended while `{measure.name}` was measured ({error}): its log says why."
        ) from error
    except LocalStackError as error:
        error.add_note(
            f"This was {peer.title}, while `{measure.name}` was measured. Mend it; a peer that no"
            " goal needs can be left out (--peers)."
        )
        raise


def _look() -> Look:
    return look((SERVER_CORE, LOAD_CORE))
