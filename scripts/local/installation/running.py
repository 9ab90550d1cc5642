"""Install parts beside each other, and end what was started whatever happens."""

import shutil
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.local.installation.display import Display
from scripts.local.installation.parts import Part, Step
from scripts.local.processes import running

POLL_SECONDS = 0.05
TRY_AGAIN = (
    "If it could not reach its registry, check the network and the proxy settings; "
    "then run the command again: what is installed already stays."
)

Work = Generator[None]
"""Yields while its process runs; closing it ends the process."""


def install(due: Sequence[Part], logs: Path, display: Display) -> None:
    """Install the parts. Raises LocalStackError for one that nothing can do without."""
    with ExitStack() as stack:
        works = [(part, stack.enter_context(closing(_install(part, logs)))) for part in due]
        for part in due:
            display.started(part.name)
        while works := [each for each in works if _goes_on(*each, display)]:
            display.waiting([part.name for part, _ in works])
            time.sleep(POLL_SECONDS)


def _goes_on(part: Part, work: Work, display: Display) -> bool:
    try:
        next(work)
    except StopIteration:
        display.finished(part.name)
    except LocalStackError as error:
        if not part.without_it:
            raise LocalStackError(f"{part.name}: {error}\n{TRY_AGAIN}") from error
        display.say(f"{part.name}: {error}\nWithout it {part.without_it}. {TRY_AGAIN}")
    else:
        return True
    return False


def _install(part: Part, logs: Path) -> Work:
    for step in part.steps:
        if step.is_due():
            yield from _take(step, logs / part.key)


def _take(step: Step, logs: Path) -> Work:
    if step.stamp:
        step.stamp.remove()
    if step.folder:
        _remove(step.folder)
    for command in step.commands:
        with running(command, logs.with_name(f"{logs.name}-{command.name}.log")) as process:
            while (code := process.exit_code()) is None:
                yield
            if code:
                raise process.failure(f"ended with code {code}")
    if step.stamp:
        step.stamp.write()


def _remove(folder: Path) -> None:
    if folder.is_symlink():  # never clear what somebody else keeps elsewhere
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
