"""`scripts/metrics`, with a real Prometheus and with a Cloud Monitoring that refuses."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from conteur.telemetry.guard_metrics import MEMORY_PERCENT
from conteur.telemetry.registry import EXECUTION_SECONDS, JOB_RUNS
from scripts.local.run_directory import PREFIX
from scripts.ops import metrics
from scripts.ops.monitoring.reading.source import URL_FILE
from scripts.ops.monitoring.signals import SIGNALS
from scripts.ops.place import FIRESTORE
from tests.scripts.ops.monitoring.answering import NOTHING, Reply, always, answering
from tests.scripts.ops.monitoring.recorded import (
    AT,
    Recording,
    growing,
    prometheus_with,
    steady,
)
from tests.scripts.ops.test_place import port, run_stack, stacks

__all__ = ["port", "stacks"]  # fixtures


def recording() -> Recording:
    """Record a function that does well, and one that is slow, fails and needs much memory."""
    recorded = Recording()
    recorded.executions("generate_story", completed=28, failed=1)
    recorded.executions("rate_story", completed=30)
    recorded.executions("delete_story", completed=1)
    labels = {"function": "generate_story", "outcome": "completed"}
    recorded.spread(EXECUTION_SECONDS, 29, 17.0, **labels)
    recorded.add(MEMORY_PERCENT, steady(84))
    recorded.add(JOB_RUNS, growing(0), function="sweep_stories", result="done")
    return recorded


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prometheus_with(tmp_path_factory.mktemp("prometheus"), recording()) as url:
        yield url


class Desk:
    """Where the command is run, and what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, *arguments: str) -> int:
        code = metrics.main([*arguments], now=lambda: AT, pause=ctrl_c)
        self.out, self.err = self._capsys.readouterr()
        return code


def ctrl_c(_: float) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def looked(
    server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """Look at the real one."""
    monkeypatch.setenv("PROMETHEUS_URL", server)
    return Desk(capsys)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Look wherever the test says."""
    monkeypatch.delenv("PROMETHEUS_URL", raising=False)
    return Desk(capsys)


@pytest.mark.server
def test_the_whole_table(looked: Desk) -> None:
    """Every signal has a line, what is broken is told, the worst first, and the code is 1."""
    assert looked.run() == 1
    table = looked.out
    assert all(f"  {signal.name} " in table for signal in SIGNALS.values())
    told = [line[:40].split()[:4:3] for line in table.splitlines() if " is " in line[:60]]
    assert [each[0] for each in told if each[0].startswith("P")] == ["P1", "P2", "P2", "P3"]
    assert "too few (5 of 20)" in table
    assert max(map(len, table.splitlines())) <= 100


@pytest.mark.server
def test_a_value_is_right(looked: Desk) -> None:
    """Of 29 executions a minute, one failed."""
    looked.run("error_rate", "--of", "stories", "--function", "generate_story")
    [line] = [line for line in looked.out.splitlines() if "error_rate " in line and "%" in line][:1]
    assert line.split()[:4] == ["error_rate", "generate_story", "3.45", "%"]
    assert line.endswith("P2 BROKEN")


@pytest.mark.server
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["memory"], 1),
        (["error_rate", "--function", "rate_story"], 0),
        (["error_rate", "--function", "delete_story"], 0),  # too few samples
        (["consecutive_failures"], 0),  # no data
        (["mean_execution_time"], 0),  # no threshold
        (["sweeps"], 0),  # no alert suits a local stack
        (["--of", "store_publish"], 0),
    ],
)
def test_the_exit_code(looked: Desk, arguments: list[str], code: int) -> None:
    """Only what is past a threshold is broken."""
    assert looked.run(*arguments) == code
    assert looked.err == ""


@pytest.mark.server
def test_for_programs(looked: Desk) -> None:
    """The same as JSON, with the same exit code."""
    assert looked.run("stories.memory", "--json") == 1
    told = json.loads(looked.out)
    assert (told["broken"], told["at"]) == (True, "2023-11-14T22:13:20+00:00")
    [row] = told["rows"]
    assert (row["signal"], row["value"], row["severity"]) == ("stories.memory", 0.84, "P1")


@pytest.mark.server
def test_watching_ends_with_the_last_code(looked: Desk) -> None:
    """Ctrl-C ends it, and whoever watched is told what was last seen."""
    assert looked.run("memory", "--watch") == 1
    assert "P1 BROKEN" in looked.out
    assert looked.out.endswith("Ctrl-C ends it.\n\n")


@pytest.mark.server
def test_a_function_that_is_not_there(looked: Desk) -> None:
    """A misspelt function is not one that does well."""
    assert looked.run("error_rate", "--function", "tell_story") == 2
    assert "There are values of: delete_story, generate_story, rate_story." in looked.err


def test_a_signal_that_is_not_there(desk: Desk) -> None:
    """A misspelt signal is told with those that there are, before anything is asked."""
    assert desk.run("--of", "store_publish", "memory") == 2
    assert "store_publish has no signal memory" in desk.err
    assert "store_publish.retry_rate" in desk.err


def test_a_name_in_two_groups() -> None:
    """A name means each signal of that name, a key the one."""
    found = metrics.chosen("", ["error_rate"])
    assert [each.key for each in found] == ["stories.error_rate", "store_publish.error_rate"]
    [only] = metrics.chosen("", ["store_publish.error_rate"])
    assert only is found[1]


def test_explaining_asks_nobody(desk: Desk) -> None:
    """What a signal is, is said without any project."""
    assert desk.run("--explain", "memory") == 0
    assert desk.out.startswith("stories.memory: Memory used\n")


def test_no_place(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a project nothing is looked at."""
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    assert desk.run() == 2
    assert "-P (production or staging)" in desk.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--watch", "4"], "'4' is no number from 5 up"),
        (["--watch", "inf"], "'inf' is no number from 5 up"),
        (["--watch", "--json"], "leave out --watch"),
        (["--of", "nothing"], "invalid choice"),
    ],
)
def test_asked_for_wrongly(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """Nobody hammers a server, and one JSON document is one."""
    with pytest.raises(SystemExit) as ended:
        metrics.parse(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def part(of: str, reply: tuple[int, str]) -> Reply:
    """Answer as `reply` what is asked of one metric, and nothing else."""
    return lambda query: reply if of in query else (200, NOTHING)


def test_some_of_it_cannot_be_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was answered is shown; the code says that it was not all."""
    with answering(part("memory", (429, "{}"))) as server:
        monkeypatch.setenv("PROMETHEUS_URL", server.url)
        assert desk.run("memory", "cpu") == 2
    assert "not answered" in desk.out
    assert "no data" in desk.out
    assert desk.err.count("Wait a minute and try again") == 1


def test_what_is_broken_counts_for_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A threshold that is surely broken is not hidden by what is missing."""
    series = {"metric": {"job": "generate-story"}, "value": [AT, "0.9"]}
    body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": [series]}})
    with answering(lambda query: (200, body) if "memory" in query else (503, "")) as server:
        monkeypatch.setenv("PROMETHEUS_URL", server.url)
        assert desk.run("memory", "cpu") == 1
    assert "the server failed (HTTP 503)" in desk.err


def test_a_partial_answer_is_not_all_well(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a warning some series may be missing: that none is broken cannot be told."""
    body = json.dumps({**json.loads(NOTHING), "warnings": ["a shard is down"]})
    with answering(always(200, body)) as server:
        monkeypatch.setenv("PROMETHEUS_URL", server.url)
        assert desk.run("memory") == 2
        assert "Prometheus warns: a shard is down" in desk.err
        assert desk.run("memory", "--json") == 2
    assert json.loads(desk.out)["warnings"] == ["a shard is down"]


def test_of_several_stacks_none_is_looked_at(
    desk: Desk, stacks: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which of several local stacks is meant has to be said: the code is that of no answer."""
    monkeypatch.delenv(FIRESTORE, raising=False)
    for name in ("one", "two"):
        run_stack(stacks, name, port, port)
        (stacks / f"{PREFIX}{name}" / URL_FILE).write_text("http://127.0.0.1:9")
    assert desk.run("--local") == 2
    assert desk.out == ""
    assert desk.err.startswith("Several local stacks run. Put one of these lines before the")


def test_the_help_says_how_to_name_a_stack(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever runs several stacks finds the variable that names one."""
    with pytest.raises(SystemExit):
        metrics.parse(["--help"])
    assert "FIRESTORE_EMULATOR_HOST=" in capsys.readouterr().out


def test_no_access(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is answered there is no table, but what to do next."""
    with answering(always(403, "{}")) as server:
        monkeypatch.setenv("PROMETHEUS_URL", server.url)
        assert desk.run("--json") == 2
    assert desk.out == ""
    assert "roles/monitoring.viewer" in desk.err


def test_the_wrapper_runs_it() -> None:
    """Like the other commands it installs what it needs first."""
    wrapper = Path(__file__).parents[3] / "scripts/metrics"
    config = wrapper.with_name("config")
    assert wrapper.stat().st_mode == config.stat().st_mode
    assert wrapper.read_text().splitlines()[2:] == [
        line.replace("scripts.ops.config", "scripts.ops.metrics")
        for line in config.read_text().splitlines()[2:]
    ]
