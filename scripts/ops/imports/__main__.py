"""Move in from an older deployment: users, stores, steps and events.

The source is a folder of CSV files (users.csv, stores.csv, user_onboarding.csv,
onboarding_events.csv; any of them), or with --from-database the PostgreSQL of OLD_DATABASE_URL,
which is only read. Every row is checked before one is written, and one that is bad keeps all from
being written. It is safe to repeat: what was broken off goes on (docs/migrating.md).
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts.ops.database import Database, DatabaseError, connected, parsed
from scripts.ops.database_choice import add_database, chosen_database
from scripts.ops.imports.checks import Checker, Trust
from scripts.ops.imports.errors import ImportDiffersError, ImportRefusedError
from scripts.ops.imports.here import look_around
from scripts.ops.imports.mapping import read_renaming
from scripts.ops.imports.run import Import
from scripts.ops.imports.sources import CsvFolder, Source, old_database
from scripts.ops.place import PlaceError
from scripts.ops.secrets import SecretError

ROOT = Path(__file__).resolve().parents[3]
OLD_URL = "OLD_DATABASE_URL"
EXAMPLES = """\
examples:
  scripts/import export/ -P staging --map users.country=market --dry-run
  scripts/import export/ -P staging --mapping old.toml --skip-step tour --trusted-by stripe
  OLD_DATABASE_URL=postgresql://… scripts/import --from-database -P production --skip-bad

exit codes: 0 done, 1 the database did not do it, 2 refused: nothing was written
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = parse(arguments)
    try:
        database = chosen_database(options, os.environ)
        with _source(options, os.environ) as source:
            told = _run(database, source, options)
    except (DatabaseError, PlaceError, SecretError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(told)
    return 0


@contextmanager
def _source(options: argparse.Namespace, environ: Mapping[str, str]) -> Iterator[Source]:
    if not options.from_database:
        if not options.folder.is_dir():
            raise ImportRefusedError(f"{options.folder} is no folder. Nothing was written.")
        yield CsvFolder(options.folder)
        return
    url = environ.get(OLD_URL, "")
    parsed(url, OLD_URL)
    with old_database(url) as source:
        yield source


def _run(database: Database, source: Source, options: argparse.Namespace) -> str:
    renaming = read_renaming(options.map, options.mapping)
    trust = Trust(
        options.trust_payments, frozenset(options.trusted_by), frozenset(options.skip_step)
    )
    with connected(database) as connection:
        checker = Checker(source, renaming, trust, look_around(connection))
        doing = Import(checker, connection, _say)
        doing.check()
        refused = bool(doing.report.bad) and not options.skip_bad
        if not (refused or options.dry_run):
            doing.write()
            doing.compare()
    return _told(database, doing, options, refused=refused)


def _told(database: Database, doing: Import, options: argparse.Namespace, *, refused: bool) -> str:
    report = doing.report
    if options.json:
        text = json.dumps({"database": database.name, **report.document()}, indent=2)
    else:
        text = f"{database.name}\n\n{report.text()}"
    if refused:
        print(text)
        raise ImportRefusedError(
            f"{report.bad:,} rows are bad, so nothing was written. Mend them, map their values, or "
            "leave them out with --skip-bad."
        )
    if report.missing:
        print(text)
        raise ImportDiffersError(
            f"{report.missing:,} rows are not here that should be: somebody removes them, or the "
            "source has changed meanwhile. Repeat the command."
        )
    return text if report.written or options.json else f"{text}\n\nNothing was written (--dry-run)."


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/import",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("folder", nargs="?", type=Path, metavar="FOLDER", help="of CSV files in UTF-8")
    add("--from-database", action="store_true", help=f"read {OLD_URL} instead")
    add_database(parser)
    named = "our name of an old column (repeatable): users.country=market"
    add("--map", action="append", default=[], metavar="TABLE.OLD=NEW", help=named)
    add("--mapping", type=Path, metavar="FILE", help="a TOML file of columns and values")
    steps = "leave out a step that there is no more (repeatable)"
    add("--skip-step", action="append", default=[], metavar="STEP", help=steps)
    verifier = "whose word counts for steps that a provider verifies (repeatable): stripe"
    add("--trusted-by", action="append", default=[], metavar="NAME", help=verifier)
    trusted = "let everybody's word count for them, the author's own too"
    add("--trust-payments", action="store_true", help=trusted)
    add("--skip-bad", action="store_true", help="write the rows that are good")
    add("--dry-run", action="store_true", help="check all rows, and write nothing")
    add("--json", action="store_true", help="print it for programs")
    options = parser.parse_args(arguments)
    if bool(options.folder) is options.from_database:
        parser.error("name a FOLDER, or say --from-database")
    return options


if __name__ == "__main__":
    sys.exit(main())
