"""Run the tests.

For example:
  scripts/test                       every test, servers and browsers included
  scripts/test --quick               those that start no server, under half a minute
  scripts/test tests/domain -k words any of pytest's own arguments
  scripts/test tests/integration/api/store-publish.test.ts   the file of that name in Python
  OPENAI_API_KEY=... scripts/test --live   a story by the real OpenAI, for a cent or so
"""

import argparse
import os
import sys
from pathlib import PurePosixPath

import pytest

# Tests that start servers run one after another: two emulators at once slow each other down.
QUICK = ("-m", "not server and not live", "-n", "auto")
LOCAL = ("-m", "not live")
LIVE = ("-m", "live")
IN_TYPESCRIPT = ".test.ts"


def main(arguments: list[str]) -> int:
    """Run pytest as `arguments` ask, and return its exit code."""
    options, for_pytest = _parser().parse_known_args(arguments)
    if options.live and not os.environ.get("OPENAI_API_KEY"):
        print("--live calls the real OpenAI: set OPENAI_API_KEY to a key, and run it again.")
        return 2
    selection = LIVE if options.live else QUICK if options.quick else LOCAL
    skips = ["--no-skips"] if options.no_skips else []
    return int(pytest.main([*selection, *skips, *map(in_python, for_pytest)]))


def in_python(argument: str) -> str:
    """Return the path of the Python test of the same name for one that TypeScript would have."""
    if not argument.endswith(IN_TYPESCRIPT):
        return argument
    path = PurePosixPath(argument.removesuffix(IN_TYPESCRIPT))
    return str(path.with_name(f"test_{path.name.replace('-', '_')}.py"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/test",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Everything else goes to pytest.",
    )
    parser.add_argument("--quick", action="store_true", help="only tests that start no server")
    parser.add_argument("--live", action="store_true", help="only the story by the real OpenAI")
    parser.add_argument("--no-skips", action="store_true", help="a skipped test is a failure")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
