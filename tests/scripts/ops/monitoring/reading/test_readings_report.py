"""Readings for people and for programs."""

import json
from dataclasses import replace
from math import inf

import pytest

from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.reading import readings_report as report
from scripts.ops.monitoring.reading.readings import LEVELS, Row, State
from scripts.ops.monitoring.signal import Unit
from scripts.ops.monitoring.signals import SIGNALS

ALERTS = read_alerts()
LONG = "a-model-whose-name-nobody-would-want-to-read-to-its-end"


def row(key: str, state: State, value: float | None = None, **labels: str) -> Row:
    signal = SIGNALS[key]
    alerts = sorted(
        (alert for alert in ALERTS if alert.signal is signal),
        key=lambda alert: LEVELS.index(alert.severity),
    )
    samples = 7 if signal.samples else None
    told = {"project_id": "demo-conteur", "namespace": "local", **labels}
    return Row(signal=signal, alerts=alerts, labels=told, state=state, value=value, samples=samples)


def lines(*rows: Row) -> list[list[str]]:
    """Return the words of the table's lines."""
    return [line.split() for line in report.table(rows).splitlines()]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0504, Unit.SHARE, "5.04 %"),
        (1, Unit.SHARE, "100.00 %"),
        (12.345, Unit.SECONDS, "12.35 s"),
        (3, Unit.COUNT, "3"),
        (0.5, Unit.COUNT, "0.50"),
        (99.98, Unit.COUNT, "99.98"),
        (12345.6, Unit.COUNT, "12,346"),
        (1.5, Unit.DOLLARS, "1.50 $"),
        (inf, Unit.COUNT, "inf"),
    ],
)
def test_a_value_with_its_unit(value: float, unit: Unit, text: str) -> None:
    """So many decimals that a value past a threshold does not look like the threshold."""
    assert report.shown(value, unit) == text


def test_a_line_of_the_table() -> None:
    """A value stands before the thresholds of each severity, and the worst decides the word."""
    broken = row("stories.error_rate", State.BROKEN, 0.03, function="generate_story")
    head, line = map(" ".join, lines(broken))
    assert head == "stories of value P1 P2 P3"
    assert line == "error_rate generate_story 3.00 % > 5% > 2% > 1% P2 BROKEN"


@pytest.mark.parametrize(
    ("shown", "end"),
    [
        (row("stories.error_rate", State.TOO_FEW, 1), "too few (7 of 20)"),
        (row("stories.memory", State.NO_DATA), "no data"),
        (row("stories.memory", State.NOT_ANSWERED), "not answered"),
        (row("stories.memory", State.OK, 0.2), "ok"),
        (row("stories.stories", State.NO_THRESHOLD, 30), "30"),
    ],
)
def test_what_a_value_means_is_said(shown: Row, end: str) -> None:
    """A value that tells nothing is not shown."""
    line = report.table([shown]).splitlines()[1]
    assert line.endswith(end)
    assert ("  -  " in line) == (shown.state not in {State.OK, State.NO_THRESHOLD})


def test_the_same_of_several_is_one_line() -> None:
    """What differs in nothing but its function is said once; another figure is not."""
    idle = [row("stories.error_rate", State.TOO_FEW, None, function=name) for name in "abc"]
    other = replace(idle[0], state=State.OK, value=0.01, labels={"function": "d"})
    told = [line[:4] for line in lines(*idle, other)[1:]]
    assert told == [["error_rate", "a", "+", "2"], ["d", "1.00", "%", ">"]]


def test_several_environments_are_told_apart() -> None:
    """Where one project has two, each row says whose it is."""
    rows = [row("service.budget", State.OK, 0.1)]
    assert "local" not in report.table(rows)
    rows.append(replace(rows[0], labels={"namespace": "staging"}))
    assert lines(*rows)[1][:4] == ["budget", "local", "+", "1"]
    rows[1] = replace(rows[1], value=0.2)
    assert [line[:2] for line in lines(*rows)[1:]] == [["budget", "local"], ["staging", "20.00"]]


def test_the_table_fits_a_terminal() -> None:
    """It has 100 columns, with every signal, long names and long words."""
    rows = []
    for key, signal in SIGNALS.items():
        few = row(key, State.TOO_FEW if signal.samples else State.NO_DATA, model=LONG)
        value = {Unit.SHARE: 1.0, Unit.SECONDS: 60.0}.get(signal.unit, 12_345.0)
        past = row(key, State.BROKEN, value, of=LONG)
        known = replace(past, state=State.OK if not past.broken else State.BROKEN)
        rows += [replace(few, samples=17), known]
    text = f"{report.table(rows)}\n{report.notes_text(rows)}"
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) >= len(SIGNALS)


def test_the_table_says_how_to_read_it() -> None:
    """It is one moment, which no alert goes by; and what is too few, where something is."""
    assert report.notes_text([]).startswith("This is one moment: an alert fires only where")
    assert report.notes_text([row("stories.error_rate", State.TOO_FEW)]).startswith("too few: ")


def test_what_is_broken_and_what_to_read() -> None:
    """The worst comes first, each with its alert's duration and runbook."""
    rows = [
        row("stories.retries", State.BROKEN, 2.5),
        row("stories.memory", State.BROKEN, 0.85, job="generate-story"),
        row("service.breaker", State.OK, 0),
    ]
    assert report.broken_text(rows) == (
        "P1  stories.memory of generate-story is 85.00 %\n"
        "    memory_p1 fires if > 80% for 5 min: docs/procedures/memory.md\n"
        "P2  stories.retries is 2.50\n"
        "    retries_p2 fires if > 2 for 10 min: docs/procedures/retries.md"
    )


def test_each_problem_is_told_once() -> None:
    """Signals that were refused alike say so once, and so do warnings."""
    refused = replace(row("stories.memory", State.NOT_ANSWERED), problem="refused")
    told = report.problems_text([refused, refused], ["a shard is down", "a shard is down"])
    assert told == "refused\nSome may be missing, for Prometheus warns: a shard is down"
    assert report.problems_text([row("stories.memory", State.OK, 0)], []) == ""


def test_for_programs() -> None:
    """Values are numbers, and each threshold says whether it is broken."""
    [told] = report.document([row("stories.memory", State.BROKEN, 0.75, job="generate-story")])
    assert told["labels"] == {"namespace": "local", "job": "generate-story"}
    assert (told["state"], told["severity"], told["unit"]) == ("broken", "P2", "share")
    assert isinstance(told["thresholds"], list)
    broken = {each["alert"]: each["broken"] for each in told["thresholds"]}
    assert broken == {"memory_p1": False, "memory_p2": True, "memory_p3": True}
    assert told["thresholds"][1]["duration_seconds"] == 600


def test_what_json_has_no_number_for() -> None:
    """A value without end is broken, and no number."""
    told = report.document([row("service.budget", State.BROKEN, inf)])
    assert json.loads(json.dumps(told, allow_nan=False))[0]["value"] is None


def test_a_signal_is_explained() -> None:
    """In a sentence, with its alerts and the PromQL that computes it."""
    text = report.explained(SIGNALS["stories.retries"], ALERTS)
    assert text.startswith("stories.retries: Retries\nThe mean retries a story")
    assert "P2  > 2 for 10 min: retries_p2, notify_team, docs/procedures/retries.md" in text
    assert text.endswith(SIGNALS["stories.retries"].query)
