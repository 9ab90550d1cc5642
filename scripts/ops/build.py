"""Do what a deploy does before it sends anything: compile, load the functions, make the plan.

The code is compiled whole, so that a mistake in a module which is loaded late is found too; the
functions are loaded as firebase-tools does; what would be sent is held against deploy/plan.json.
"""

import argparse
import sys
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.ops import plan

ROOT = Path(__file__).resolve().parents[2]
WHERE = ("conteur", "main.py")


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command and return its exit code: 0 built, 1 not sound, 2 no plan can be made."""
    argparse.ArgumentParser(
        prog="scripts/build",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args(arguments)
    files = sources(root / "functions")
    if found := mistakes(files):
        print("The functions do not compile:", *found, sep="\n- ")
        return 1
    print(f"{len(files)} files of the functions compile.", flush=True)
    try:
        return plan.check(root, update=False)
    except LocalStackError as error:
        print(error, file=sys.stderr)
        return 2


def sources(functions: Path) -> list[Path]:
    """Return the files that are deployed."""
    places = [functions / name for name in WHERE]
    return sorted(file for place in places for file in (place, *place.rglob("*.py")) if _is(file))


def _is(file: Path) -> bool:
    return file.is_file() and file.suffix == ".py"


def mistakes(files: list[Path]) -> list[str]:
    """Return where each file that does not compile is wrong. Nothing is written."""
    found = []
    for file in files:
        try:
            compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            found.append(f"{file}:{line}: {getattr(error, 'msg', error)}")
    return found


if __name__ == "__main__":
    sys.exit(main())
