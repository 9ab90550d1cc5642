"""Check or write the lists of modules.

Without arguments nothing is written: a list that is out of date is shown with its differences.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from scripts.local.firestore import firestore_emulator
from tests.issuer import Issuer
from tests.performance.modules import COMMAND, MOMENTS, differences, loaded, write


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog=COMMAND,
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--update", action="store_true", help="write the lists")
    update = parser.parse_args(arguments).update
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        issuer = running.enter_context(Issuer().serve())
        host = running.enter_context(firestore_emulator(Path(folder)))
        found = loaded(Path(folder), issuer, host)
    if update:
        write(found)
        return 0
    told = "\n".join(differences(moment, found[moment]) for moment in MOMENTS).strip()
    print(told or "The lists are up to date.")  # noqa: T201 - a command speaks by printing
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
