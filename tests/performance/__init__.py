"""Regressions that show without a clock: modules loaded, calls made, memory and work a story."""

import sys
from pathlib import Path

# The command that writes the lists of modules runs without pytest, which has this path.
FUNCTIONS = str(Path(__file__).parents[2] / "functions")
if FUNCTIONS not in sys.path:
    sys.path.insert(0, FUNCTIONS)
