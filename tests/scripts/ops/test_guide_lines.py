"""The lines that the guides have an operator run, on what Cloud Logging keeps of a real run.

They are the guides' own, to the letter. Those of the deployment guide read /var/log/app.log, here
a file that `scripts/logs --json` made; the debugging guide's has the Firebase CLI read it itself.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from shlex import quote
from typing import Any

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.standins.cloud_logging import rest
from scripts.local.standins.cloud_logging.agent import Agent
from scripts.local.standins.cloud_logging.service import LoggingStandIn
from scripts.ops import logs
from scripts.ops.logbook.source import ENDPOINT
from tests.serving.test_store_logs import LOG, Run, run

__all__ = ["run"]  # a fixture
pytestmark = pytest.mark.server

TIMEOUTS = 'grep "Store Publish" /var/log/app.log | grep "timeout"'
RETRIES = 'grep "Retry attempt" /var/log/app.log'
ERRORS = r"""grep "Failed to publish store" /var/log/app.log | \
  jq '.error' | sort | uniq -c"""
CORRELATION_IDS = 'grep "correlationId" /var/log/app.log | tail -20'
BLOCKS = 'grep "Gating check blocked" /var/log/app.log | wc -l'
MISSING_STEPS = """grep "missingStep" /var/log/app.log | jq '.missingStep' | sort | uniq -c"""
UNAUTHORIZED = 'grep "Unauthorized" /var/log/app.log | tail -20'
FIREBASE_LOG = "firebase functions:log"
NEWEST = 35  # lines, where the CLI is not told how many
PATIENCE = 60  # seconds until a command that hangs fails its test


class Guide:
    """A run, the file that its lines were read into, and what the CLI asks for them itself."""

    def __init__(self, run: Run, file: Path, cloud: LoggingStandIn) -> None:
        self.run = run
        self._file = file
        self._cloud = cloud

    def printed(self, script: str) -> list[str]:
        """Return the lines that a command of the guide prints."""
        return self.run.store.shell(script.replace(LOG, quote(str(self._file)))).splitlines()

    def lines(self, script: str) -> list[dict[str, Any]]:
        """Return what a command prints that prints lines of the log."""
        return [json.loads(text) for text in self.printed(script)]

    def firebase(self, command: str, home: Path) -> list[str]:
        """Return what a command of the Firebase CLI's prints in a checkout of the project."""
        for name in (".firebaserc", "firebase.json"):
            shutil.copy(ROOT / name, home)
        path = f"{ROOT / 'node_modules/.bin'}:{os.environ['PATH']}"
        with rest.serve(self._cloud) as url:
            done = subprocess.run(
                ["/bin/sh", "-c", command],
                cwd=home,
                env={"PATH": path, **rest.environment(url, home)},
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=True,
            )
        return done.stdout.splitlines()


@pytest.fixture(scope="module")
def guide(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    file = tmp_path_factory.mktemp("app") / "app.log"
    cloud = LoggingStandIn()
    agent = Agent(cloud, run.store.process.log, service="store-api")
    with cloud.serve() as address, pytest.MonkeyPatch.context() as patch, file.open("w") as out:
        assert agent.read() == len(run.store.process.output().splitlines())
        patch.setenv(ENDPOINT, address)
        with redirect_stdout(out):
            assert logs.main(["--local", "--json", "-n", "1000"]) == 0
        yield Guide(run, file, cloud)


def test_nothing_is_lost(guide: Guide) -> None:
    """What is read has what was printed, object for object, member for member."""
    printed = [json.loads(text) for text in guide.run.store.process.output().splitlines()]
    read = guide.lines(f"cat {LOG}")
    assert read == printed


def test_timeouts(guide: Guide) -> None:
    """The search for time-outs finds the one, with its correlation id."""
    [line] = guide.lines(TIMEOUTS)
    assert line["correlationId"] == guide.run.slow.body["correlationId"]


def test_retries(guide: Guide) -> None:
    """The search for retries finds the attempt after the first."""
    [line] = guide.lines(RETRIES)
    assert (line["attempt"], line["of"]) == (2, 3)
    assert line["correlationId"] == guide.run.slow.body["correlationId"]


def test_kinds_of_errors(guide: Guide) -> None:
    """Errors are counted by kind: one, and no refusal."""
    assert [each.split() for each in guide.printed(ERRORS)] == [["1", '"STORE_TIMEOUT"']]


def test_correlation_ids(guide: Guide) -> None:
    """Of the last lines with a correlation id every request has one."""
    found = {line["correlationId"] for line in guide.lines(CORRELATION_IDS)}
    run = guide.run
    replies = (run.slow, run.blocked, run.nobody, run.good)
    assert {reply.body["correlationId"] for reply in replies} <= found


def test_blocks_of_the_gate(guide: Guide) -> None:
    """The gate has blocked one."""
    assert guide.printed(BLOCKS) == ["1"]


def test_missing_steps(guide: Guide) -> None:
    """Missing steps are counted by name: the first that the author has to do."""
    step = guide.run.blocked.body["missingStep"]
    assert [each.split() for each in guide.printed(MISSING_STEPS)] == [["1", f'"{step}"']]


def test_suspicious_requests(guide: Guide) -> None:
    """The search for requests without a right finds the one."""
    [line] = guide.lines(UNAUTHORIZED)
    assert line["correlationId"] == guide.run.nobody.body["correlationId"]


def test_the_firebase_cli(guide: Guide, tmp_path: Path) -> None:
    """The CLI prints the newest lines as they were printed, each with its moment and service."""
    printed = [json.loads(text) for text in guide.run.store.process.output().splitlines()]
    told = [line for line in guide.firebase(FIREBASE_LOG, tmp_path) if line.startswith("2")]
    assert len(told) == len(printed[-NEWEST:])
    for line, its in zip(told, printed[-NEWEST:], strict=True):
        head, _, payload = line.partition(" store-api: ")
        assert head.split()[1] == its["severity"][0]
        assert json.loads(payload).items() <= its.items()
        assert json.loads(payload)["message"] == its["message"]


def test_the_firebase_cli_shows_a_callers_id(guide: Guide, tmp_path: Path) -> None:
    """What an author is given to complain with is in what the CLI prints of the request."""
    told = guide.firebase(FIREBASE_LOG, tmp_path)
    slow = guide.run.slow.body["correlationId"]
    assert [line for line in told if f"corr={slow}] Store Publish timeout" in line]
