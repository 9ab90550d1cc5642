"""`scripts/logs`, on a stand-in for Cloud Logging and on files."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from scripts.local.standins.cloud_logging.service import LoggingStandIn
from scripts.ops import logs
from scripts.ops.logbook.source import ENDPOINT
from tests.scripts.ops.logbook.kept import at, entry, request, stand_in

PATIENCE_SECONDS = 60
DAY = 24 * 3600
COMMAND = [sys.executable, "-m", "scripts.ops.logs"]
LINES = (
    entry(1, "INFO", message="[req=a] call.began", event="call.began", request_id="a"),
    entry(2, "WARNING", "store-api", message="retry", event="Retry attempt", correlationId="c"),
    entry(3, "ERROR", message="call.bug", event="call.bug", request_id="a", stack_trace="File\nE"),
)


class Desk:
    """Where the command is run, at 14:01, and what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, *arguments: str) -> int:
        try:
            code = logs.main([*arguments], now=lambda: at(60))
        except SystemExit as ended:
            code = int(ended.code or 0)
        self.out, self.err = self._capsys.readouterr()
        return code

    @property
    def messages(self) -> list[str]:
        """What the lines say, which were printed for programs."""
        return [json.loads(line)["message"] for line in self.out.splitlines()]


@pytest.fixture
def log() -> LoggingStandIn:
    log = stand_in()
    log.write(*LINES)
    return log


@pytest.fixture
def endpoint(log: LoggingStandIn) -> Iterator[str]:
    with log.serve() as address:
        yield address


@pytest.fixture
def desk(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    monkeypatch.setenv(ENDPOINT, endpoint)
    return Desk(capsys)


def test_for_people(desk: Desk) -> None:
    """Lines are told oldest first, without colours where no terminal is, with stacks indented."""
    assert desk.run() == 0
    assert desk.out.splitlines() == [
        "2026-11-22 14:00:01.000 INFO     generate-story [req=a] call.began",
        "2026-11-22 14:00:02.000 WARNING  store-api      retry",
        "2026-11-22 14:00:03.000 ERROR    generate-story call.bug",
        "    File",
        "    E",
    ]
    assert desk.err == ""


def test_cloud_runs_own_lines(desk: Desk, log: LoggingStandIn) -> None:
    """What it logs of each request is shown without its query, unless an id or event is named."""
    log.write(request(4, 503, "https://a.run.app/api/publish?token=t"))
    assert desk.run("--severity", "error") == 0
    assert desk.out.endswith("14:00:04.000 ERROR    generate-story POST /api/publish 503 ms=312\n")
    for chosen in (["--request", "a"], ["--event", "call.began"]):
        desk.run(*chosen, "--json")
        assert "POST /api/publish 503 ms=312" not in desk.messages


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        ([], ["[req=a] call.began", "retry", "call.bug"]),
        (["--request", "a"], ["[req=a] call.began", "call.bug"]),
        (["--request", " c "], ["retry"]),
        (["--severity", "Warning"], ["retry", "call.bug"]),
        (["--function", "store-api"], ["retry"]),
        (["--function", "store_api", "--function", "health"], ["retry"]),
        (["--event", "call.bug", "--event", "Retry attempt"], ["retry", "call.bug"]),
        (["--since", "58s"], ["retry", "call.bug"]),
        (["--since", "2026-11-22T14:00:02Z", "--until", "2026-11-22T14:00:03Z"], ["retry"]),
    ],
)
def test_a_choice(desk: Desk, arguments: list[str], messages: list[str]) -> None:
    """Each option leaves out what it says."""
    assert desk.run("--json", *arguments) == 0
    assert desk.messages == messages


def test_the_last_hour(desk: Desk, log: LoggingStandIn) -> None:
    """Without --since it is the last hour that is read."""
    log.write(entry(-3541, message="59 min ago"), entry(-3539, message="in it"))
    assert desk.run("--json", "-n", "2", "--until", "2026-11-22T14:00:02Z") == 0
    assert desk.messages == ["in it", "[req=a] call.began"]


def test_more_than_asked_for(desk: Desk) -> None:
    """Where older lines are left out it is said, and not among the lines."""
    assert desk.run("--json", "-n", "2") == 0
    assert desk.messages == ["retry", "call.bug"]
    assert "the newest 2: there are more" in desk.err


def test_a_request_of_days_ago(desk: Desk, log: LoggingStandIn) -> None:
    """Without --since a request is looked for in the seven days before: complaints take time."""
    log.write(entry(-7 * DAY + 61, message="old", request_id="a"))
    log.write(entry(-7 * DAY + 59, message="older", request_id="a"))
    assert desk.run("--json", "--request", "a") == 0
    assert desk.messages == ["old", "[req=a] call.began", "call.bug"]


@pytest.mark.parametrize(
    ("arguments", "since"),
    [(["--request", "b"], "2026-11-15 14:01:00"), (["--since", "1s"], "2026-11-22 14:00:59")],
)
def test_nothing_found(desk: Desk, arguments: list[str], since: str) -> None:
    """The exit code tells it, as grep does, and a word says how far back was looked."""
    assert desk.run(*arguments) == 1
    assert desk.out == ""
    assert f"No line since {since} UTC" in desk.err
    assert "--since 30d" in desk.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--function", "tell_story"], "\n  generate_story\n"),
        (["-P", "production"], f"unset {ENDPOINT}"),
        (["--file", "no-such.log"], "no file no-such.log"),
        (["--severity", "loud"], "none of debug, info, warning, error, critical"),
        (["--since", "yesterday"], "15m, 2h, 3d"),
        (["--request", " "], "1 to 255 characters"),
        (["--request", "x" * 256], "1 to 255 characters"),
        (["-n", "0"], "1 to 10000"),
        (["-n", "many"], "1 to 10000"),
        (["--follow", "--until", "1h"], "leave out --until"),
        (["--since", "1h", "--until", "2h"], "no time between --since (2026-11-22 13:01:00 UTC)"),
        (["--until", "1h"], "give an earlier --since"),
        (["--follow", "--file", "a.log"], "tail -F a.log | scripts/logs --file -"),
    ],
)
def test_asked_for_wrongly(
    desk: Desk, log: LoggingStandIn, arguments: list[str], told: str
) -> None:
    """What is asked for wrongly is told with what would be right, and nothing is read."""
    assert desk.run(*arguments) == 2
    assert told in desk.err
    assert (desk.out, log.calls) == ("", [])


def test_an_event_that_nobody_knows(desk: Desk) -> None:
    """A mistyped event is no empty answer: what may be meant is said."""
    assert desk.run("--event", "call.end") == 1
    assert "No event 'call.end' is known here. Is it call.ended" in desk.err
    assert "docs/logs.md lists them" in desk.err


def test_an_event_of_another_revision(desk: Desk) -> None:
    """An event that this checkout does not know is asked for all the same."""
    assert desk.run("--json", "--event", "call.began") == 0
    assert desk.messages == ["[req=a] call.began"]
    assert "No event 'call.began' is known here." in desk.err


def test_an_event_that_is_known(desk: Desk) -> None:
    """Of a known event nothing is said but its lines."""
    assert desk.run("--event", "Retry attempt") == 0
    assert desk.err == ""


def test_nobody_answers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that cannot be read is not an empty one."""
    monkeypatch.setenv(ENDPOINT, "127.0.0.1:1")
    assert desk.run("--local") == 3
    assert "Start a stack with scripts/dev" in desk.err


def test_a_file(desk: Desk, tmp_path: Path) -> None:
    """A file is read from its beginning, and reads as what it was made of."""
    desk.run("--json")
    printed, file = desk.out, tmp_path / "app.log"
    file.write_text(printed.replace("2026-11", "2025-11"))
    assert desk.run("--json", "--file", str(file)) == 0
    assert desk.out == file.read_text()
    assert desk.run("--file", str(file), "--since", "1d") == 1
    assert desk.err == "No line of the file is what was asked for.\n"


@pytest.mark.parametrize(("no_colour", "coloured"), [(None, True), ("", True), ("1", False)])
def test_colours_on_a_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, no_colour: str | None, *, coloured: bool
) -> None:
    """A terminal gets colours, unless its user does not want them."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_colour is not None:
        monkeypatch.setenv("NO_COLOR", no_colour)
    assert desk.run() == 0
    assert ("\x1b[31mERROR" in desk.out) is coloured


def test_the_help(desk: Desk) -> None:
    """The help has examples, and says what the exit codes mean."""
    assert desk.run("--help") == 0
    assert "scripts/logs -P production --severity warning" in desk.out
    assert "1 none were found" in desk.out
    asked = re.findall(r"--request (\S+)", desk.out.partition("examples:")[2])
    assert [len(str(UUID(each))) for each in asked] == [36, 36]


def environment(endpoint: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": "functions", ENDPOINT: endpoint}


@pytest.mark.server
def test_a_reader_that_has_enough(endpoint: str, log: LoggingStandIn) -> None:
    """Whoever takes the first line only hears no complaint about the others."""
    log.write(*(entry(4, message="x" * 60_000) for _ in range(5)))
    script = f"{shlex.join(COMMAND)} --since 2026-01-01; echo $? >&2"
    done = subprocess.run(
        ["/bin/sh", "-c", f"{{ {script}; }} | head -1"],
        cwd=logs.ROOT,
        env=environment(endpoint),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    assert done.stdout.endswith("[req=a] call.began\n")
    assert done.stderr == "0\n"


@pytest.mark.server
def test_following_ends_with_ctrl_c(endpoint: str, log: LoggingStandIn) -> None:
    """What comes is printed as it comes; Ctrl-C ends it, which is no failure."""
    command = [*COMMAND, "--follow", "--json", "--since", "2026-11-22T14:00:03Z"]
    with subprocess.Popen(
        command,
        cwd=logs.ROOT,
        env=environment(endpoint),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        first = process.stdout.readline()
        log.write(entry(5, message="new"))
        second = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, complaints = process.communicate(timeout=PATIENCE_SECONDS)
    assert [json.loads(each)["message"] for each in (first, second)] == ["call.bug", "new"]
    assert (process.returncode, rest, complaints) == (0, "", "")


@pytest.mark.server
def test_standard_input(endpoint: str) -> None:
    """What is piped in is read line by line, whatever log the environment names."""
    lines = '{"severity": "ERROR", "message": "bad"}\n{"severity": "INFO", "message": "good"}\n'
    done = subprocess.run(
        [*COMMAND, "--file", "-", "--follow", "--severity", "error"],
        cwd=logs.ROOT,
        env=environment(endpoint),
        input=lines,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    assert done.stdout == f"1970-01-01 00:00:00.000 ERROR    {'':14} bad\n"
