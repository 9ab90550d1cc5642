"""What answers mean, held against thresholds."""

from collections.abc import Mapping, Sequence
from math import inf, nan

import pytest

from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.reading.answers import Answer, Answers, Sample
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.monitoring.reading.readings import Row, State, of_function, queries_of, read_rows
from scripts.ops.monitoring.signal import Signal
from scripts.ops.monitoring.signals import SIGNALS

ERRORS, MEMORY = SIGNALS["stories.error_rate"], SIGNALS["stories.memory"]
TRAFFIC, MEAN = SIGNALS["service.traffic"], SIGNALS["stories.mean_execution_time"]
TOLD = {"function": "generate_story"}


def one(value: float, labels: Mapping[str, str] = TOLD) -> Answer:
    return Answer([Sample(labels, value)])


def read(signal: Signal, values: Answer | QueryError, samples: Answer | QueryError) -> Row:
    answers: Answers = {signal.query: values, signal.samples: samples}
    [row] = read_rows([signal], read_alerts(), answers)
    return row


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        (0.01, []),
        (0.0101, ["P3"]),
        (0.02, ["P3"]),
        (0.03, ["P2", "P3"]),
        (0.06, ["P1", "P2", "P3"]),
        (inf, ["P1", "P2", "P3"]),
    ],
)
def test_each_threshold_is_held_against(value: float, broken: Sequence[str]) -> None:
    """A value at a threshold is not past it; one past several is told of the worst first."""
    row = read(ERRORS, one(value), one(20))
    assert [alert.severity.name for alert in row.broken] == broken
    assert row.state is (State.BROKEN if broken else State.OK)


def test_too_few_samples_tell_nothing() -> None:
    """Whatever the value is, nothing is broken; what extrapolation adds is no sample."""
    row = read(ERRORS, one(1), one(19.9))
    assert (row.state, row.samples, row.broken) == (State.TOO_FEW, 19, ())


def test_no_samples_at_all() -> None:
    """Where nobody counts samples there are none."""
    row = read(TRAFFIC, one(0, {}), Answer([]))
    assert (row.state, row.samples) == (State.TOO_FEW, 0)


def test_samples_of_another_series() -> None:
    """Each value has its own samples, by its labels."""
    values = Answer([Sample({"function": name}, 1) for name in ("a", "b")])
    samples = Answer([Sample({"function": name}, n) for name, n in (("b", 30), ("a", 3))])
    rows = read_rows([ERRORS], read_alerts(), {ERRORS.query: values, ERRORS.samples: samples})
    told = [(row.labels["function"], row.state) for row in rows]
    assert told == [("a", State.TOO_FEW), ("b", State.BROKEN)]


def test_less_than_a_threshold() -> None:
    """An alert on too little is broken below its threshold."""
    assert read(TRAFFIC, one(0.5, {}), one(100, {})).state is State.BROKEN
    assert read(TRAFFIC, one(1, {}), one(100, {})).state is State.OK


def test_no_number_is_no_data() -> None:
    """A mean of nothing is no number, and no series is no data either."""
    for answer in (one(nan), Answer([])):
        row = read(MEMORY, answer, Answer([]))
        assert (row.state, row.value) == (State.NO_DATA, None)


def test_a_figure_without_a_threshold() -> None:
    """It has a value, and is neither well nor broken."""
    row = read(MEAN, one(7.5), Answer([]))
    assert (row.state, row.value, row.samples) == (State.NO_THRESHOLD, 7.5, None)


def test_a_question_without_an_answer() -> None:
    """It is not known whether anything is broken, if the value or its samples are missing."""
    missing = QueryError("too many questions")
    for values, samples in ((missing, one(20)), (one(1), missing)):
        row = read(ERRORS, values, samples)
        assert (row.state, row.problem) == (State.NOT_ANSWERED, "too many questions")
        assert not row.broken


def test_nothing_is_asked_twice() -> None:
    """Signals share what they count their samples with."""
    queries = queries_of(SIGNALS.values())
    assert len(queries) == len(set(queries))
    assert {text for each in SIGNALS.values() for text in (each.query, each.samples)} == {
        "",
        *queries,
    }


@pytest.mark.parametrize(
    ("key", "labels", "function"),
    [
        ("stories.error_rate", {"function": "rate_story"}, "rate_story"),
        ("stories.memory", {"job": "rate-story"}, "rate_story"),
        ("stories.execution_time", {}, "generate_story"),
        ("service.sweeps", {}, "sweep_stories"),
        ("store_publish.error_rate", {}, "store_api"),
    ],
)
def test_what_is_of_a_function(key: str, labels: Mapping[str, str], function: str) -> None:
    """By its label, or its service, or as nobody else counts that."""
    row = Row(signal=SIGNALS[key], alerts=(), labels=labels, state=State.OK, value=0)
    assert of_function([row], function) == [row]
    assert of_function([row], "delete_story") == []
