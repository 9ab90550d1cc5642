"""Make what is published about errors of their catalogue (functions/conteur/catalogue/).

Made are docs/errors.md, the table in docs/api.md, and public/errors.json, which Hosting serves.
Without arguments nothing is written: a file that is out of date is named.
"""

import argparse
import sys
from pathlib import Path

from scripts.ops import error_texts

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = "example: scripts/errors --update && git diff docs public"

Texts = dict[str, str]
"""Path in the repository -> text."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/errors",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--update", action="store_true", help="write what is out of date")
    update = parser.parse_args(arguments).update
    try:
        return check(ROOT, update=update)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2


def check(root: Path, *, update: bool) -> int:
    """Return 0 if all files are up to date, or now are; else name those that are not, return 1.

    Raises ValueError where docs/api.md has no place for its table.
    """
    stale = {path: text for path, text in make(root).items() if _read(root / path) != text}
    if not stale:
        print("What is published about errors is what their catalogue says.")
        return 0
    if update:
        for path, text in stale.items():
            _write(root / path, text)
            print(f"{path} is written.")
        return 0
    print("The catalogue of errors says something else than:", *stale, sep="\n- ")
    print("Run `scripts/errors --update`, and commit these files with your change.")
    return 1


def make(root: Path) -> Texts:
    """Return what the files should hold. Raises ValueError."""
    api = "docs/api.md"
    try:
        table = error_texts.between_marks(_read(root / api), error_texts.client_table())
    except ValueError as error:
        raise ValueError(f"{api}: {error}") from None
    return {
        "docs/errors.md": error_texts.page(),
        api: table,
        "public/errors.json": error_texts.for_apps(),
    }


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


if __name__ == "__main__":
    sys.exit(main())
