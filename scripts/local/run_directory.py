"""One folder for the logs and temporary files of one run of the stack."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def run_directory() -> Iterator[Path]:
    """Make the folder; remove it at the end, unless an error makes its logs worth reading.

    The error then gets a note that names the folder. Ctrl-C and SIGTERM are no errors.
    """
    folder = Path(tempfile.mkdtemp(prefix="conteur-"))
    keep = False
    try:
        yield folder
    except Exception as error:
        if keep := any(folder.glob("*.log")):
            error.add_note(f"The logs of this run are kept in {folder}")
        raise
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
