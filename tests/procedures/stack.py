"""A served product with its log where commands look for it, and their environment."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from google.cloud.logging_v2 import types as api

from scripts.local.firebase_project import PROJECT
from scripts.local.processes import Process
from scripts.local.standins.logging_agent import Agent
from scripts.local.standins.logging_service import LoggingStandIn
from scripts.ops.logbook.source import ENDPOINT
from tests.procedures.commands import Console, Printed
from tests.procedures.runbook import FIND, Runbook


@dataclass
class Desk:
    """Where somebody follows a runbook: what commands find in Cloud Logging's stand-in is theirs.

    `agents` take to it what is printed, each of one process.
    """

    console: Console
    logging: LoggingStandIn
    agents: tuple[Agent, ...]

    def follow(self, page: Runbook, heading: str = FIND, **words: str) -> str:
        """Give all commands of ours under a heading, and return what they printed.

        Each is asked for rightly, and finds something, or nothing: exit codes 0 and 1.
        """
        told = [self.run(command, **words) for command in page.section(heading).ours]
        for each in told:
            assert each.code <= 1, f"{each.command} ends with {each.code}:\n{each.text}"
        return "\n".join(each.text for each in told)

    def run(self, command: str, **words: str) -> Printed:
        """Give a command, once all that was logged before is where it looks."""
        for agent in self.agents:
            agent.read()
        return self.console.run(command, **words)

    def do(self, command: str, **words: str) -> Printed:
        """Give a command that changes something, and see that it has."""
        printed = self.run(command, **words)
        assert printed.code == 0, printed.text
        return printed

    def forget(self) -> None:
        """Begin with an empty log."""
        for agent in self.agents:
            agent.read()
        logs = self.logging.call("ListLogs", api.ListLogsRequest(parent=f"projects/{PROJECT}"))
        for name in logs.log_names:
            self.logging.call("DeleteLog", api.DeleteLogRequest(log_name=name))


@contextmanager
def desk(processes: dict[str, Process], **environment: str) -> Iterator[Desk]:
    """Give a desk with an empty log; `processes` are by Cloud Run's names (`generate-story`)."""
    logging = LoggingStandIn()
    agents = tuple(Agent(logging, each.log, service=name) for name, each in processes.items())
    with ExitStack() as serving:
        environment[ENDPOINT] = serving.enter_context(logging.serve())
        made = Desk(Console(environment), logging, agents)
        made.forget()
        yield made
