"""One folder for the logs and temporary files of one run of the stack."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def run_directory() -> Iterator[Path]:
    """Make the folder; remove it at the end, unless an error gives a reason to read it."""
    folder = Path(tempfile.mkdtemp(prefix="conteur-"))
    try:
        yield folder
    except Exception as error:
        error.add_note(f"The logs of this run are kept in {folder}")
        raise
    except BaseException:  # Ctrl-C and SIGTERM end a run well
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
