"""The Python that the peers run on: that of a virtual environment with production's packages."""

import sys
from pathlib import Path

from scripts.local.firebase_project import ROOT
from scripts.local.installation.parts import BENCH_VENV, STAMP

VENV = ROOT / BENCH_VENV
STAMPED = STAMP.format("bench")


def interpreter() -> Path:
    """Return that Python or, where it is not installed, the running one.

    `scripts/bench` installs it first; the tests may do without.
    """
    return VENV / "bin" / "python" if is_installed() else Path(sys.executable)


def is_installed() -> bool:
    """Tell whether the virtual environment is whole."""
    return (VENV / STAMPED).is_file()
