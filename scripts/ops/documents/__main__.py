"""Check what the pages say: their links, the commands that they show, the pages made of contracts.

Nothing that a page shows is run: each command of ours reads its arguments and stops there, the
Firebase CLI is asked for its help, other programs are held to scripts/ops/documents/foreign.toml.
"""

import argparse
import sys
from pathlib import Path

from scripts.ops.documents import links, made, markdown, shown

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = "example: .venv/bin/python -m scripts.ops.documents check"


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.ops.documents",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="check|write")
    actions.add_parser("check", help="name what is wrong; exit code 1 where something is")
    actions.add_parser("write", help="make docs/api/http.md and docs/api/callables.md anew")
    action = parser.parse_args(arguments).action
    return check(ROOT) if action == "check" else write(ROOT)


def check(root: Path) -> int:
    """Print what is wrong with the pages of the repository at `root`; return 1 if anything is."""
    pages = markdown.pages(root)
    report = shown.check(pages, root)
    findings = [
        *links.check({page.name: page for page in pages}, root),
        *report.findings,
        *made.check(root),
    ]
    for finding in sorted(set(findings)):
        print(finding)
    print(
        f"{len(pages)} pages, {report.read} commands read by themselves, {report.reviewed} held to"
        f" the reviewed list: {len(set(findings)) or 'no'} findings."
    )
    return 1 if findings else 0


def write(root: Path) -> int:
    """Write the pages that are out of date."""
    for name in made.write(root):
        print(f"{name} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
