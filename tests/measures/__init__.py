"""What is measured by hand: each module is a command, and prints its figures."""

import sys
from pathlib import Path

# These run without pytest, which has this path from pyproject.toml.
FUNCTIONS = str(Path(__file__).parents[2] / "functions")
if FUNCTIONS not in sys.path:
    sys.path.insert(0, FUNCTIONS)
