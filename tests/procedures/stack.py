"""A served product with its log and deploys where commands look for them, and their environment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from google.cloud.logging_v2 import types as api

from scripts.local.firebase_project import PROJECT
from scripts.local.processes import Process
from scripts.local.standins.cloud_logging.agent import Agent
from scripts.local.standins.google_api import GoogleApi
from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.logbook.source import ENDPOINT
from tests.procedures.commands import Console, Printed
from tests.procedures.runbook import FIND, Runbook

ENDED_SECONDS = 20.0  # at most, from an answer to the line that tells of its call's end
ENDED = '"call.ended"'
IDS = ("REQUEST_ID", "CORRELATION_ID")  # the words of a page that name a call
AT_ONCE = 4  # commands; most of their time they load libraries


@dataclass
class Desk:
    """Where somebody follows a runbook: what commands find in Google's stand-ins is theirs.

    Cloud Run has one revision a function; `agents` take to the log what each of `processes` prints.
    """

    console: Console
    google: GoogleApi
    processes: tuple[Process, ...]
    agents: tuple[Agent, ...]

    def follow(self, page: Runbook, heading: str = FIND, **words: str) -> str:
        """Give all commands of ours under a heading, and return what they printed.

        They only look, so they are given at once. Each is asked for rightly, and finds something,
        or nothing: exit codes 0 and 1.
        """
        commands = page.section(heading).ours
        with ThreadPoolExecutor(AT_ONCE) as pool:
            told = list(pool.map(lambda command: self.run(command, **words), commands))
        for each in told:
            assert each.code <= 1, f"{each.command} ends with {each.code}:\n{each.text}"
        return "\n".join(each.text for each in told)

    def run(self, command: str, **words: str) -> Printed:
        """Give a command, once all that was logged of the call before is where it looks."""
        for name in IDS:
            self.wait_for_end(words.get(name, ""))
        for agent in self.agents:
            agent.read()
        return self.console.run(command, **words)

    def wait_for_end(self, named: str, times: int = 1) -> None:
        """Wait until so many calls of an id are over: a call is answered before it is.

        The id is a request's or a correlation's; nobody waits for an empty one.
        """

        def over() -> bool | None:
            texts = "\n".join(process.output() for process in self.processes).splitlines()
            return sum(ENDED in text and named in text for text in texts) >= times or None

        if named:
            self.processes[0].wait_for(over, f"done with {named}", ENDED_SECONDS)

    def do(self, command: str, **words: str) -> Printed:
        """Give a command that changes something, and see that it has."""
        printed = self.run(command, **words)
        assert printed.code == 0, printed.text
        return printed

    def forget(self) -> None:
        """Begin with an empty log."""
        for agent in self.agents:
            agent.read()
        logs = self.google.log.call("ListLogs", api.ListLogsRequest(parent=f"projects/{PROJECT}"))
        for name in logs.log_names:
            self.google.log.call("DeleteLog", api.DeleteLogRequest(log_name=name))


@contextmanager
def desk(processes: dict[str, Process], **environment: str) -> Iterator[Desk]:
    """Give a desk with an empty log; `processes` are by Cloud Run's names (`generate-story`)."""
    google = GoogleApi()
    agents = tuple(Agent(google.log, each.log, service=name) for name, each in processes.items())
    with google.serve() as address:
        known = {**environment, ENDPOINT: address, RUN_ENDPOINT: address}
        made = Desk(Console(known), google, tuple(processes.values()), agents)
        made.forget()
        yield made
