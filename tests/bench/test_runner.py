"""The runner alternates the peers, cleans up behind them, and says whose an error is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.local.errors import LocalStackError, ProcessError
from tests.bench.made_up import QUIET
from tests.bench.measures.bound import BOUND
from tests.bench.measures.measure import Measure, Stage
from tests.bench.measures.telling import UNCOUNTED
from tests.bench.peers import CONTEUR, DOCS_SAMPLE_80, Peer
from tests.bench.runner import Plan, Remaining, Runner, _services, duration
from tests.bench.services import Addresses, Services
from tests.bench.trials import Sample
from tests.issuer import Issuer


class Runs:
    """A runner whose trials remember whose they were, over services that do not run."""

    def __init__(self, folder: Path, error: Exception | None = None) -> None:
        self.folder = folder
        self.error = error
        self.trials: list[str] = []
        self.said: list[str] = []
        self.needs: list[tuple[float, bool]] = []

    def measure(self, name: str = "made-up", round_trip_ms: float = 0.0) -> Measure:
        peers = (CONTEUR, DOCS_SAMPLE_80)
        return replace(BOUND, name=name, trial=self.trial, round_trip_ms=round_trip_ms, peers=peers)

    def trial(self, stage: Stage, peer: Peer) -> Sample:
        (stage.folder / "server.log").touch()
        self.trials.append(peer.name)
        if self.error:
            raise self.error
        return {"bound": float(len(self.trials))}

    @contextmanager
    def services(self, _folder: Path, delay: float, counted: bool) -> Iterator[Services]:  # noqa: FBT001 - as the runner calls it
        self.needs.append((delay, counted))
        yield Services(Addresses(0, 0, 0, 0, 0), Issuer())

    def run(self, *measures: Measure, pairs: int = 2) -> list[dict[str, list[float]]]:
        runner = Runner(Plan(measures, pairs), self.said.append, self.services, lambda: QUIET)
        return [
            {name: [one["bound"] for one in some] for name, some in result.trials.samples.items()}
            for result in runner.results(self.folder)
        ]


def test_pairs_alternate(tmp_path: Path) -> None:
    """The second round begins with the peer that ended the first, and each keeps its figures."""
    runs = Runs(tmp_path)
    (figures,) = runs.run(runs.measure())
    assert runs.trials == ["conteur", "docs-sample-80", "docs-sample-80", "conteur"]
    assert figures == {"conteur": [1, 4], "docs-sample-80": [2, 3]}


def test_progress(tmp_path: Path) -> None:
    """Before each trial it says which measure it is, how far it is, and how long it may take."""
    runs = Runs(tmp_path)
    runs.run(runs.measure())
    assert runs.said[0] == "made-up: pair 1 of 2, conteur; about 3 s left"
    assert runs.said[2].startswith("made-up: pair 2 of 2, docs-sample-80;")
    assert not runs.said[3].endswith("about 3 s left")


def test_a_plan_in_words(tmp_path: Path) -> None:
    """A plan says what is measured of whom, how often, and how long all of it may take."""
    made = Plan([replace(Runs(tmp_path).measure(), seconds=3.5)], pairs=7)
    assert list(made.lines()) == [
        "7 alternating pairs, about 80 s in all:",
        "  made-up: conteur, docs-sample-80; 7 x 2, about 70 s",
    ]


def test_the_folder_is_left_empty(tmp_path: Path) -> None:
    """A trial that went well leaves no log and no copy of a source."""
    runs = Runs(tmp_path)
    runs.run(runs.measure())
    assert list(tmp_path.iterdir()) == []


def test_services_are_shared(tmp_path: Path) -> None:
    """Measures that need the same services have them together, others have their own."""
    runs = Runs(tmp_path)
    runs.run(runs.measure(), runs.measure("another"), runs.measure("far", round_trip_ms=30))
    assert runs.needs == [(0, False), (30, False)]


def test_a_peer_that_does_not_start(tmp_path: Path) -> None:
    """A failure says which peer it was, during which measure, and keeps its log."""
    runs = Runs(tmp_path, ProcessError("The server did not start."))
    with pytest.raises(ProcessError) as failure:
        runs.run(runs.measure())
    assert "This was conteur, while `made-up` was measured." in failure.value.__notes__[0]
    assert len(list(tmp_path.glob("*/server.log"))) == 1


def test_a_peer_that_dies(tmp_path: Path) -> None:
    """A server that is gone when it is looked at is an error that names it."""
    runs = Runs(tmp_path, ConnectionRefusedError("refused"))
    with pytest.raises(LocalStackError, match="conteur ended while `made-up` was measured"):
        runs.run(runs.measure())


@pytest.mark.server
def test_services_are_warm(tmp_path: Path) -> None:
    """Stories have been told before the first trial, so that no peer is the first to ask."""
    with _services(tmp_path, 0.0, True) as running:  # noqa: FBT003 - as the runner calls it
        asked = running.counts()
    assert asked.upstream >= 2 * UNCOUNTED
    assert min(asked.firestore["Commit"], asked.monitoring) >= UNCOUNTED
    assert asked.secrets >= 2


def test_what_remains() -> None:
    """What remains is what was planned, at the pace of what is done; at first, as planned."""
    times = iter([0.0, 0.0, 30.0])
    remaining = Remaining(planned=40.0, monotonic=lambda: next(times))
    assert remaining.seconds() == 40.0
    remaining.done(10.0)
    assert remaining.seconds() == 30.0 * (30 + 10) / (10 + 10)


@pytest.mark.parametrize(("seconds", "words"), [(7.6, "8 s"), (100.0, "2 min"), (1500.0, "25 min")])
def test_durations(seconds: float, words: str) -> None:
    """A duration is told in seconds, or roughly in minutes."""
    assert duration(seconds) == words
