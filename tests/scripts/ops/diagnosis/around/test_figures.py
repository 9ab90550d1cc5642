"""The figures of a request's minutes, of a real Prometheus and of some that refuse."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from conteur.telemetry.guard_metrics import MEMORY_PERCENT
from conteur.telemetry.registry import CIRCUIT_STATE, EXECUTION_SECONDS
from scripts.ops.diagnosis.around.figures import SETTLED, Figure, Figures, look, signals_of
from scripts.ops.diagnosis.around.where import Where
from scripts.ops.diagnosis.case import Case
from scripts.ops.logbook.line import Line
from scripts.ops.monitoring.alert import ROOT
from scripts.ops.monitoring.service_signals import SWEEPS, TRAFFIC, UNAUTHORIZED
from scripts.ops.monitoring.story_signals import STORIES
from tests.scripts.ops.monitoring.answering import NOTHING, always, answering
from tests.scripts.ops.monitoring.recorded import AT, Recording, prometheus_with, steady

END = datetime.fromtimestamp(AT, UTC) - SETTLED
LATER = END + timedelta(hours=1)


def case(function: str = "generate_story") -> Case:
    fields = {"event": "call.ended", "request_id": "it", "function": function, "ms": 500}
    return Case("it", (Line(END, "INFO", "", "", "", fields),))


def looked(url: str, function: str = "generate_story", now: datetime = LATER) -> Figures:
    where = Where(ROOT, None, {"PROMETHEUS_URL": url}, local=False)
    return look(case(function), where, now)


def recording() -> Recording:
    """Record a function that is slow and fails, in a full instance, and one that is well."""
    recorded = Recording()
    recorded.executions("generate_story", completed=20, failed=20)
    recorded.executions("rate_story", completed=30)
    labels = {"function": "generate_story", "outcome": "completed"}
    recorded.spread(EXECUTION_SECONDS, 29, 17.0, **labels)
    recorded.add(MEMORY_PERCENT, steady(84))
    recorded.add(CIRCUIT_STATE, steady(2), model="gpt-x")
    return recorded


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prometheus_with(tmp_path_factory.mktemp("prometheus"), recording()) as url:
        yield url


@pytest.mark.server
def test_broken_first(server: str) -> None:
    """What is past a threshold comes first, the worst before, with its alert and its runbook."""
    rows = looked(server).rows
    levels = [row.severity if isinstance(row, Figure) else "" for row in rows]
    broken = [level for level in levels if level]
    assert broken == sorted(broken)
    assert levels[: len(broken)] == broken
    told = [str(row) for row in rows]
    assert any(
        line.startswith("P1 BROKEN: stories.memory of generate-story 84.00 % (P1 > ")
        and line.endswith(".md")
        for line in told
    )
    assert any(line.startswith("P2 BROKEN: service.breaker of gpt-x 2 ") for line in told)


@pytest.mark.server
def test_only_its_own(server: str) -> None:
    """Figures of other functions are not shown; what has no value is named once."""
    rows = looked(server, "rate_story").rows
    figures = [row for row in rows if isinstance(row, Figure)]
    assert {row.of for row in figures} <= {"rate_story", ""}
    [rate] = [row for row in figures if row.signal == "stories.error_rate"]
    assert (rate.value, rate.severity, rate.shown) == (0.0, "", "0.00 %")
    assert any(str(row).startswith("no data: stories.memory, ") for row in rows)


@pytest.mark.server
def test_for_programs(server: str) -> None:
    """A row is made of what JSON has."""
    row = json.loads(json.dumps(asdict(looked(server).rows[0])))
    assert row["severity"] == "P1"
    assert row["runbook"].startswith("docs/procedures/")


def one(value: str) -> str:
    """Return the answer that has one value, without labels."""
    data = {"resultType": "vector", "result": [{"metric": {}, "value": [AT, value]}]}
    return json.dumps({"status": "success", "data": data})


def test_whole_numbers() -> None:
    """Calls are counted: the fraction is of Prometheus' window, and a rate keeps its own."""
    counted = (UNAUTHORIZED, TRAFFIC, SWEEPS)
    bodies = {each.query: one("1.01") for each in (*counted, STORIES)} | {
        TRAFFIC.samples: one("99")
    }
    with answering(lambda query: (200, bodies.get(query, NOTHING))) as server:
        rows = [*looked(server.url).rows, *looked(server.url, "sweep_stories").rows]
    told = {row.signal: row.shown for row in rows if isinstance(row, Figure)}
    assert [told.get(each.key) for each in counted] == ["1", "1", "1"]
    assert told[STORIES.key] == "1.01"


def test_when_it_is_asked() -> None:
    """Figures are those of some time after the end, for what instances send comes later."""
    with answering(always(200, NOTHING)) as server:
        found = looked(server.url)
        assert {form["time"][0] for _, form, _ in server.questions} == {f"{AT:.3f}"}
    assert found.at == END + SETTLED
    assert not any("may not be in them" in str(row) for row in found.rows)


def test_a_request_of_now() -> None:
    """Of the future nothing is asked, and it is said that the request may be missing."""
    now = END + timedelta(seconds=5)
    with answering(always(200, NOTHING)) as server:
        found = looked(server.url, now=now)
        assert {form["time"][0] for _, form, _ in server.questions} == {f"{now.timestamp():.3f}"}
    last = str(found.rows[-1])
    assert last == "as of 22:11:55: what the request did may not be in them yet"


@pytest.mark.parametrize(
    ("function", "some", "others"),
    [
        (
            "generate_story",
            {"stories.retries", "stories.timeouts", "service.breaker", "service.budget"},
            {"store_publish.retry_rate", "service.satisfaction", "service.sweeps"},
        ),
        (
            "store_api",
            {"store_publish.gating_block_rate", "stories.memory", "service.slo_burn_fast"},
            {"stories.error_rate", "stories.retries", "service.breaker", "service.budget"},
        ),
        ("rate_story", {"stories.error_rate", "stories.in_flight"}, {"stories.execution_time"}),
        ("sweep_stories", {"service.sweeps", "stories.memory"}, {"store_publish.error_rate"}),
    ],
)
def test_what_belongs_to_a_function(function: str, some: set[str], others: set[str]) -> None:
    """Only what may say something of a call of the function is asked."""
    keys = {signal.key for signal in signals_of(function)}
    assert some <= keys
    assert not others & keys


def test_a_server_that_fails() -> None:
    """A Prometheus that does not answer is a problem that says what to do, and no error."""
    with answering(always(503, "")) as server:
        found = looked(server.url)
    assert found.rows == ()
    assert "the server failed (HTTP 503)" in found.problem


def test_some_of_it_is_missing() -> None:
    """What was answered is shown beside why the rest was not."""
    with answering(lambda query: (429, "{}") if "memory" in query else (200, NOTHING)) as server:
        found = looked(server.url)
    assert "not answered: stories.memory" in map(str, found.rows)
    assert "Wait a minute" in found.problem


def test_no_place(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Where no stack runs that has a Prometheus, that is the problem."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = look(case(), Where(ROOT, None, {}, local=True), LATER)
    assert found.problem.startswith("No local stack runs")
