"""The whole local stack: emulators, stand-ins and model, on ports of its own.

    with local_stack(choose_model(os.environ), Progress()) as stack:
        urllib.request.urlopen(stack.addresses.health)

All parts start at the same time, each told beforehand where the others will be, and end with the
block, which keeps their logs if it ends with an error. Several stacks can run at once.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.local.addresses import Addresses
from scripts.local.commands import commands
from scripts.local.emulators import functions_loaded
from scripts.local.firebase_project import ROOT, write_project
from scripts.local.model_choice import ModelChoice
from scripts.local.ports import reserved_ports
from scripts.local.processes import Process, running_together
from scripts.local.progress import Progress
from scripts.local.readiness import answers, ready_line, starting_meanwhile
from scripts.local.run_directory import run_directory

START_SECONDS = 180.0  # the first start may download the Firestore emulator
ANSWER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack. `emulators` prints what the functions log; `folder` goes with the run."""

    addresses: Addresses
    emulators: Process
    folder: Path


@contextmanager
def local_stack(model: ModelChoice, progress: Progress, root: Path = ROOT) -> Iterator[Stack]:
    """Run the stack with the functions of `root` and `model` behind it. Raises LocalStackError."""
    with run_directory() as folder, reserved_ports(Addresses.count()) as ports:
        addresses = Addresses.on(ports)
        write_project(folder, addresses.emulators, root)
        with _running(folder, addresses, model) as processes:
            _wait_until_ready(processes, addresses, progress)
            yield Stack(addresses, processes["emulators"], folder)


@contextmanager
def _running(
    folder: Path, addresses: Addresses, model: ModelChoice
) -> Iterator[Mapping[str, Process]]:
    processes = {
        name: Process(command, folder / f"{name}.log")
        for name, command in commands(folder, addresses, model).items()
    }
    with running_together(processes.values()):
        yield processes


def _wait_until_ready(
    processes: Mapping[str, Process], addresses: Addresses, progress: Progress
) -> None:
    emulators = processes["emulators"]
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
