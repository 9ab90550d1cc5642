"""The product measured beside its peers; `scripts/bench --help` says how."""

import sys
from pathlib import Path

# These run without pytest, which has this path from pyproject.toml.
FUNCTIONS = str(Path(__file__).parents[2] / "functions")
if FUNCTIONS not in sys.path:
    sys.path.insert(0, FUNCTIONS)
