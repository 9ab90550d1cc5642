"""What takes the functions' lines to Cloud Logging."""

from collections.abc import Callable
from pathlib import Path

import pytest
from google.cloud.logging_v2 import types as api

from scripts.local.standins.cloud_logging.agent import LONGEST, READ_BYTES, Agent
from scripts.local.standins.cloud_logging.service import LoggingStandIn
from tests.scripts.local.standins.cloud_logging.clients import Log, next_of
from tests.scripts.local.standins.conftest import PROJECT

MARK = "\x1b[90m> \x1b[39m "
"""https://github.com/firebase/firebase-tools/blob/master/src/emulator/emulatorLogger.ts"""
WRITTEN = 1_795_380_000.0
LINE = '{"time": "2026-11-22T19:51:04Z", "message": "same"}'

Append = Callable[[str], None]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "emulators.log"


@pytest.fixture
def append(file: Path) -> Append:
    def append(text: str) -> None:
        with file.open("a") as log:
            log.write(text)

    return append


@pytest.fixture
def standin() -> LoggingStandIn:
    return LoggingStandIn(lambda: WRITTEN)


@pytest.fixture
def agent(standin: LoggingStandIn, file: Path) -> Agent:
    return Agent(standin, file)


def texts(standin: LoggingStandIn, query: str = "") -> list[str]:
    request = api.ListLogEntriesRequest(resource_names=[PROJECT], filter=query)
    return [one.text_payload for one in standin.call("ListLogEntries", request).entries]


def test_only_the_functions_lines(agent: Agent, append: Append, standin: LoggingStandIn) -> None:
    """Of the emulators' log only the marked lines are the functions', without mark and colours."""
    append(
        f'i  functions: Beginning\n{MARK}one\x1b[0m\n{{"a": 1}}\n> npm\n{MARK}  File "x"\n{MARK}\n'
    )
    assert (agent.read(), texts(standin)) == (2, ["one", '  File "x"'])


def test_a_service_of_its_own(standin: LoggingStandIn, file: Path, append: Append) -> None:
    """Of a service that is served by itself all lines are, marked or not."""
    append(f"one\r\n{MARK}two\n")
    assert Agent(standin, file, service="health").read() == 2
    assert texts(standin, 'resource.labels.service_name="health"') == ["one", "two"]


def test_half_a_line(agent: Agent, append: Append, standin: LoggingStandIn) -> None:
    """A line is taken when all of it is there, also where a character is torn."""
    assert agent.read() == 0
    append(f"{MARK}on")
    assert agent.read() == 0
    append("e\n")
    assert (agent.read(), agent.read(), texts(standin)) == (1, 0, ["one"])


def test_a_torn_character(agent: Agent, file: Path, standin: LoggingStandIn) -> None:
    """A character of which the file has half is read whole."""
    data = f"{MARK}é\n".encode()
    file.write_bytes(data[:-2])
    assert agent.read() == 0
    file.write_bytes(data)
    assert (agent.read(), texts(standin)) == (1, ["é"])


def test_an_emptied_file(agent: Agent, file: Path, append: Append, standin: LoggingStandIn) -> None:
    """A file that was emptied is read from its beginning."""
    append(f"{MARK}before, and long\n")
    agent.read()
    file.write_text(f"{MARK}after\n")
    assert (agent.read(), texts(standin)) == (1, ["before, and long", "after"])


def test_reading_twice(standin: LoggingStandIn, file: Path, append: Append) -> None:
    """A line with a time that two agents read is one entry; equal lines of a file are two."""
    append(f"{MARK}{LINE}\n" * 2)
    assert (Agent(standin, file).read(), Agent(standin, file).read()) == (2, 2)
    assert texts(standin) == ["same", "same"]


def test_lines_of_one_moment(agent: Agent, append: Append, standin: LoggingStandIn) -> None:
    """Lines of the same time stay in the order in which they were written."""
    told = [str(number) for number in range(12)]
    append("".join(f"{MARK}{LINE.replace('same', text)}\n" for text in told))
    agent.read()
    assert texts(standin) == told


def test_a_flood(agent: Agent, append: Append, standin: LoggingStandIn) -> None:
    """A line that is too long for an entry is left out, and the next one is taken."""
    append(f"{MARK}{'x' * LONGEST}{'y' * READ_BYTES}\n{MARK}next\n")
    assert (agent.read(), agent.refused, texts(standin)) == (1, 1, ["next"])


def test_following(logging: LoggingStandIn, log: Log, file: Path, append: Append) -> None:
    """A thread takes what is written, and at its end what is left."""
    follower = Agent(logging, file)
    with log.following("") as answers, follower.following():
        append(f"{MARK}now\n")
        assert next_of(answers) == ["now"]
        append(f"{MARK}last\n")
    assert "last" in log.texts()
