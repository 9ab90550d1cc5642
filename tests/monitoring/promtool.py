"""The real promtool, which reads and tests rules without a server."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from scripts.local.prometheus import find_promtool

ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 120
Document = Mapping[str, Any]


class PromtoolError(Exception):
    """What promtool says is wrong."""


def promtool(*arguments: str | Path) -> str:
    """Return what it printed. Raises PromtoolError with the same where it answers no."""
    program = find_promtool(ROOT)
    if program is None:
        pytest.skip("promtool is missing: scripts/setup --for test unpacks it")
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    if done.returncode:
        raise PromtoolError(done.stdout + done.stderr)
    return done.stdout


def check(queries: Iterable[str]) -> None:
    """Read each query as a rule that records it. Raises PromtoolError."""
    rules = [{"record": f"query_{at}", "expr": query} for at, query in enumerate(queries)]
    with TemporaryDirectory() as folder:
        document = {"groups": [{"name": "queries", "rules": rules}]}
        promtool("check", "rules", written(Path(folder) / "rules.json", document))


def written(path: Path, document: Document) -> Path:
    """Write the document, JSON being YAML too."""
    path.write_text(json.dumps(document))
    return path


def run_tests(folder: Path, tested: Mapping[str, tuple[Document, Sequence[Document]]]) -> None:
    """Test each file of rules by its tests, in one run. Raises PromtoolError."""
    promtool("test", "rules", *(_test(folder, name, *each) for name, each in tested.items()))


def _test(folder: Path, name: str, rules: Document, groups: Sequence[Document]) -> Path:
    written(folder / f"{name}.rules.json", rules)
    files = {"rule_files": [f"{name}.rules.json"], "evaluation_interval": "1m"}
    return written(folder / f"{name}.json", {**files, "tests": groups})
