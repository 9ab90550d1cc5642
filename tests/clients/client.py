"""A client of the product in a process of its own: the scenarios, in Node or in Chromium."""

import itertools
import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from scripts.local.node import node

HERE = Path(__file__).parent
PATIENCE_SECONDS = 30.0  # longer than any promise of a scenario takes to settle

Record = dict[str, Any]


class Seen(Record):
    """What an app saw; a test that looks for what is not there shows what is."""

    def __missing__(self, key: str) -> Any:  # noqa: ANN401 - a value of JSON
        raise AssertionError(f"the app saw no {key}: {json.dumps(self)}")


class Call:
    """A scenario that is being played."""

    def __init__(self) -> None:
        self._reported: queue.Queue[Any] = queue.Queue()
        self._ended: queue.Queue[Record] = queue.Queue()

    def hear(self, message: Record) -> None:
        """Take in a line of the driver's."""
        if "reported" in message:
            self._reported.put(message["reported"])
        else:
            self._ended.put(message)

    def reported(self) -> Any:  # noqa: ANN401 - whatever the scenario reports
        """Wait for the scenario's next report."""
        return self._reported.get(timeout=PATIENCE_SECONDS)

    def delta(self) -> str:
        """Wait for the text of the stream's next delta."""
        while (chunk := self.reported())["type"] != "delta":
            pass
        return str(chunk["text"])

    def record(self) -> Record:
        """Wait for the end, and return what the app saw."""
        message = self._ended.get(timeout=PATIENCE_SECONDS)
        assert "record" in message, message["problem"]
        record: Record = message["record"]
        return record


class Client:
    """A running driver, which plays any number of scenarios at once."""

    def __init__(self, jobs: IO[str]) -> None:
        self._jobs = jobs
        self._calls: dict[int, Call] = {}
        self._numbers = itertools.count()

    def start(self, job: Record) -> Call:
        number = next(self._numbers)
        call = self._calls[number] = Call()
        self._jobs.write(json.dumps({"id": number, **job}) + "\n")
        self._jobs.flush()
        return call

    def listen(self, lines: IO[str]) -> None:
        """Hand each line to the call that it is about, until the driver ends."""
        for line in lines:
            message = json.loads(line, object_hook=Seen)
            self._calls[message["id"]].hear(message)


@contextmanager
def running_client(folder: Path, driver: str, *arguments: str) -> Iterator[Client]:
    """Run `driver`, a module beside this one, with `folder` for its log and temporary files."""
    log = folder / f"{driver}.log"
    with _driver(folder, log, driver, *arguments) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline(), f"{driver} did not start: {log.read_text()}"
        client = Client(process.stdin)
        listener = threading.Thread(target=client.listen, args=(process.stdout,))
        listener.start()
        try:
            yield client
        finally:
            _end(process)
            listener.join()


def _driver(folder: Path, log: Path, driver: str, *arguments: str) -> subprocess.Popen[str]:
    with log.open("w") as errors:
        return subprocess.Popen(
            [node(), str(HERE / driver), *arguments],
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )


def _end(process: subprocess.Popen[str]) -> None:
    """Close the driver's standard input, which ends it, as our own death would."""
    assert process.stdin
    process.stdin.close()
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
