"""llmock: a model that fails on order, and says how well its client took that.

The package `llmock` names the behaviours; its `/_llmock` routes take them.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.local.loopback import open_local
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command, running
from scripts.local.readiness import answers
from tests.faults.answers import TITLE

START_SECONDS = 30.0
ANSWER_SECONDS = 10.0
NEVER = {"retry_after_ignored", "retried_non_retryable", "retry_storm"}
NEVER_OF_A_STORY = {"truncated_stream_accepted"}

Behavior = dict[str, Any]


@dataclass(frozen=True)
class MockModel:
    """A running llmock at `address`."""

    address: str

    def will(self, *behaviors: Behavior) -> None:
        """Have the next requests be answered so; each behaviour says how many of them."""
        self._ask("scenario", {"behaviors": list(behaviors)})

    def tells(self, story: str) -> None:
        """Tell this story to every request that does not fail."""
        self.will({"type": "reply", "text": f"{TITLE}\n\n{story}", "times": None})

    def forget(self) -> None:
        """Forget what was asked, and what was ordered."""
        self._ask("reset", {})

    def findings(self, *, told: bool) -> set[str]:
        """Return what its client did wrong, by llmock's own judgement.

        A stream cut on the last attempt too is held against a story that was told. No such
        thing is asked of a malformed chunk: llmock notices that its client hung up when the
        retry may have begun, which it takes for another call then.
        """
        found = {finding["code"] for finding in self._ask("verdict")["findings"]}
        return found & (NEVER | NEVER_OF_A_STORY if told else NEVER)

    def _ask(self, route: str, body: object = None) -> dict[str, Any]:
        sent = None if body is None else json.dumps(body).encode()
        url = f"http://{self.address}/_llmock/{route}"
        with open_local(url, ANSWER_SECONDS, sent) as reply:
            answer: dict[str, Any] = json.load(reply)
        return answer


@contextmanager
def mock_model(folder: Path) -> Iterator[MockModel]:
    """Run llmock until the block ends."""
    with (
        reserved_ports(1) as (port,),
        running(_command(folder, port), folder / "llmock.log") as process,
    ):
        process.wait_for(answers(f"http://{HOST}:{port}/health"), "answering", START_SECONDS)
        yield MockModel(f"{HOST}:{port}")


def _command(folder: Path, port: int) -> Command:
    program = Path(sys.executable).with_name("llmock")
    return Command(
        name="llmock",
        argv=(str(program), "serve", "--host", HOST, "--port", str(port), "--log-level", "warning"),
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        cwd=folder,
    )
