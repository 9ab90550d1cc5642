"""Bring a database to the schema of this checkout: apply the files of migrations/ it lacks.

The database is DATABASE_URL's, or with -P the one of the project's secret DATABASE_URL. Whoever
makes tables owns the database: where the service's own user may not, DATABASE_URL is the owner's.
It is safe to repeat, and while the service runs (docs/migrations.md).
"""

import argparse
import json
import os
import sys
from pathlib import Path

from scripts.ops.database import Database, DatabaseError
from scripts.ops.database_choice import add_database, chosen_database
from scripts.ops.migration_files import MIGRATIONS, Migration
from scripts.ops.migrations import Applied, Status, migrate, status
from scripts.ops.place import PlaceError
from scripts.ops.secrets import SecretError

EXAMPLES = """\
examples:
  DATABASE_URL=postgresql://conteur:…@127.0.0.1:5432/conteur scripts/migrate --status
  scripts/migrate -P production --through 127.0.0.1:6432 --dry-run

exit codes: 0 done, 1 the database did not do it, 2 refused, 3 a table or another runner is busy
"""


def main(arguments: list[str] | None = None, folder: Path = MIGRATIONS) -> int:
    """Run the command and return its exit code."""
    options = parse(arguments)
    try:
        database = chosen_database(options, os.environ)
        print(_run(database, options, folder))
    except (DatabaseError, PlaceError, SecretError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _run(database: Database, options: argparse.Namespace, folder: Path) -> str:
    writes = not (options.status or options.dry_run)
    done = migrate(database.url, folder) if writes else []
    found = status(database.url, folder)
    if options.json:
        return json.dumps(_document(database, done, found), indent=2, default=str)
    return f"{database.name}\n\n{_told(done, found, options)}"


def _told(done: list[Migration], found: Status, options: argparse.Namespace) -> str:
    lines = []
    if options.status:
        lines += [
            f"applied  {each.name}  {each.applied_at:%Y-%m-%d %H:%M %Z}" for each in found.applied
        ]
    lines += [f"applied  {each.name}" for each in done]
    lines += [f"pending  {each.name}" for each in found.pending]
    lines += [_ahead(each) for each in found.ahead]
    blocks = ["\n".join(lines), _end(done, found, dry_run=options.dry_run)]
    return "\n\n".join(filter(None, blocks))


def _end(done: list[Migration], found: Status, *, dry_run: bool) -> str:
    if not done and not found.pending:
        return "The database has all migrations of this checkout."
    return "Nothing was written (--dry-run)." if dry_run else ""


def _ahead(applied: Applied) -> str:
    return f"newer    {applied.name}: applied by a newer checkout, which this one works beside"


def _document(database: Database, done: list[Migration], found: Status) -> dict[str, object]:
    return {
        "database": database.name,
        "done": [each.name for each in done],
        "applied": [
            {"name": each.name, "checksum": each.checksum, "appliedAt": each.applied_at.isoformat()}
            for each in found.applied
        ],
        "pending": [{"name": each.name, "checksum": each.checksum} for each in found.pending],
        "newer": [each.name for each in found.ahead],
    }


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/migrate",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(parser)
    only = parser.add_mutually_exclusive_group()
    only.add_argument(
        "--status", action="store_true", help="show what is applied, and write nothing"
    )
    only.add_argument(
        "--dry-run", action="store_true", help="show what would be, and write nothing"
    )
    parser.add_argument("--json", action="store_true", help="print it for programs")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
