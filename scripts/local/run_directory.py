"""One folder for the logs and temporary files of one run of the stack."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.local.errors import RefusedError

PREFIX = "conteur-"
RUNNING = "running"  # a file that marks the folder of a run; one that is kept has lost it


@contextmanager
def run_directory() -> Iterator[Path]:
    """Make the folder; remove it at the end, unless an error makes its logs worth reading.

    The error then gets a note that names the folder. Ctrl-C, SIGTERM and RefusedError do not
    keep it. What a run left that was killed by SIGKILL, the next run removes.
    """
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with _locked(folder):
        (folder / RUNNING).touch()
        try:
            yield folder
        except Exception as error:
            if _worth_keeping(folder, error):
                error.add_note(f"The logs of this run are kept in {folder}")
                (folder / RUNNING).unlink(missing_ok=True)
            raise
        finally:
            _remove_if_running(folder)


def _worth_keeping(folder: Path, error: Exception) -> bool:
    return any(folder.glob("*.log")) and not isinstance(error, RefusedError)


def _remove_abandoned() -> None:
    for marker in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{RUNNING}"):
        with suppress(OSError), _locked(marker.parent):
            _remove_if_running(marker.parent)


def _remove_if_running(folder: Path) -> None:
    if (folder / RUNNING).exists():
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which ends with this process. Raises OSError if another has it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
