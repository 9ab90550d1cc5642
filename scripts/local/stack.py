"""The whole local stack: emulators, stand-ins, model and store, on ports of its own.

    with local_stack(choose_model(os.environ), Progress()) as stack:
        urllib.request.urlopen(stack.addresses.health)

All parts start at the same time, each told beforehand where the others will be, and end with the
block, which keeps their logs if it ends with an error. Several stacks can run at once.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.local.addresses import Addresses
from scripts.local.commands import EMULATORS, commands, log_of
from scripts.local.emulators import functions_loaded
from scripts.local.errors import LocalStackError
from scripts.local.firebase_project import ROOT, write_project
from scripts.local.model_choice import ModelChoice
from scripts.local.ports import reserved_ports
from scripts.local.processes import Process, running_together
from scripts.local.progress import Progress
from scripts.local.readiness import answers, ready_line, starting_meanwhile
from scripts.local.run_directory import run_directory

if TYPE_CHECKING:
    from scripts.local.store import LocalStore

START_SECONDS = 180.0  # the first start may download the Firestore emulator
ANSWER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack. `emulators` prints what the functions log; `folder` goes with the run."""

    addresses: Addresses
    emulators: Process
    folder: Path
    opened: "LocalStore | None"

    @property
    def store(self) -> "LocalStore":
        """The store. Raises LocalStackError where the stack was started without."""
        if self.opened is None:
            raise LocalStackError("This stack has no store: start it with `with_store`.")
        return self.opened


@contextmanager
def local_stack(
    model: ModelChoice, progress: Progress, root: Path = ROOT, *, with_store: bool = False
) -> Iterator[Stack]:
    """Run the stack with the functions of `root` and `model` behind it. Raises LocalStackError.

    Stories do not need the store, and start sooner without its PostgreSQL.
    """
    with run_directory() as folder, reserved_ports(Addresses.count()) as ports:
        addresses = Addresses.on(ports)
        write_project(folder, addresses.emulators, root)
        store = _store(folder, addresses) if with_store else None
        with _running(folder, addresses, model, store) as processes:
            if store is not None:
                with progress.waiting_for("PostgreSQL starts"):
                    store.open()
            _wait_until_ready(processes, addresses, progress)
            yield Stack(addresses, processes[EMULATORS], folder, store)


def _store(folder: Path, addresses: Addresses) -> "LocalStore":
    # psycopg takes 0.15 s to load, for which nobody waits who only wants a story.
    from scripts.local.store import LocalStore  # noqa: PLC0415 - see above

    return LocalStore(folder, addresses.postgres_port)


@contextmanager
def _running(
    folder: Path, addresses: Addresses, model: ModelChoice, store: "LocalStore | None"
) -> Iterator[Mapping[str, Process]]:
    """Yield the processes that say themselves when they are ready, and run the store's beside."""
    secrets = {} if store is None else store.secrets
    processes = {
        name: Process(command, log_of(folder, name))
        for name, command in commands(folder, addresses, model, secrets).items()
    }
    beside = [] if store is None else [store.server.process]
    with running_together([*processes.values(), *beside]):
        yield processes


def _wait_until_ready(
    processes: Mapping[str, Process], addresses: Addresses, progress: Progress
) -> None:
    emulators = processes[EMULATORS]
    for process in processes.values():
        if process is not emulators:
            with progress.waiting_for(f"{process.command.name} starts"):
                process.wait_for(ready_line(process), "ready", START_SECONDS)
    with progress.waiting_for(f"{emulators.command.name} starts"):
        emulators.wait_for(functions_loaded(emulators), "ready", START_SECONDS)
    with (
        progress.waiting_for("The functions start"),
        starting_meanwhile(addresses.generate_story),
    ):
        emulators.wait_for(answers(addresses.health), "answering /health", ANSWER_SECONDS)
