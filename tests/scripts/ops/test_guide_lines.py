"""The lines that the deployment guide has an operator run, on what `scripts/logs --json` prints.

They are the guide's own, to the letter; its /var/log/app.log is a file that was made so of what
Cloud Logging keeps of a real run.
"""

import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from shlex import quote
from typing import Any

import pytest

from scripts.local.standins.logging_agent import Agent
from scripts.local.standins.logging_service import LoggingStandIn
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


class Guide:
    """A run, and the file that its lines were read into."""

    def __init__(self, run: Run, file: Path) -> None:
        self.run = run
        self._file = file

    def printed(self, script: str) -> list[str]:
        """Return the lines that a command of the guide prints."""
        return self.run.store.shell(script.replace(LOG, quote(str(self._file)))).splitlines()

    def lines(self, script: str) -> list[dict[str, Any]]:
        """Return what a command prints that prints lines of the log."""
        return [json.loads(text) for text in self.printed(script)]


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
        yield Guide(run, file)


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
