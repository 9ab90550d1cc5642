"""Install all that the project needs into its own folder; what is there already stays.

  .venv              the function's Python packages, and Java for the emulators
  node_modules       firebase-tools and the JavaScript clients
  .cache/model       the embedded model and what runs it
  .cache/prometheus  Debian's Prometheus, unpacked; one that is on PATH is used instead

`--for test` adds the tools of tests and checks, and on Debian and Ubuntu the packages that
some tests need, if it may. `--for bench` adds what `scripts/bench` serves: the function's
packages alone (.cache/bench/venv), and those of a Genkit app. Every package is pinned by its
hash; Debian's are held to its own signed lists.
"""

import argparse
import sys
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.local.installation.display import Display
from scripts.local.installation.parts import Purpose
from scripts.local.installation.project import set_up
from scripts.local.signals import ending_well

ROOT = Path(__file__).resolve().parents[2]
INTERRUPTED = 130  # what a shell answers after Ctrl-C


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    purpose = Purpose(_parser().parse_args(arguments).purpose)
    try:
        with ending_well():
            set_up(ROOT, purpose, Display(sys.stderr))
    except LocalStackError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted: run it again to install the rest.", file=sys.stderr)
        return INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/setup",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--for",
        dest="purpose",
        choices=[str(purpose) for purpose in Purpose],
        default=str(Purpose.RUN),
        help="run: tell stories with the local stack (the default); test: tests and checks too; "
        "bench: the benchmark as well",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
