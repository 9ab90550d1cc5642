"""Whether the database, as it is now, still serves the code of an earlier revision: no I/O.

Migrations only add (docs/migrations.md), so that older code works beside them. What takes away is
a contract, whose line says since when nobody uses it: `-- contract: no revision since 1.4.0 ...`.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from scripts.ops.migration_files import Migration
from scripts.ops.migration_rules import CONTRACT, breaches

_SINCE = re.compile(r"\bsince\s+v?(\d+\.\d+\.\d+|[0-9a-f]{7,40})\b")

Includes = Callable[[str], bool]
"""Tells whether the revision's commit has a version or commit in its history."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an earlier revision works with the database: `problems` say why not."""

    beyond: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """It for people."""
        if self.problems:
            return "; ".join(self.problems)
        if not self.beyond:
            return "the database has no migration that its commit does not know"
        return f"works beside {', '.join(self.beyond)}"


def judge(
    migrations: Sequence[Migration],
    known: Collection[str],
    applied: Collection[str],
    includes: Includes,
) -> Verdict:
    """Return whether the code works that has the files `known`, of a database with `applied`.

    `migrations` are the checkout's, which say what those files do.
    """
    here = {each.name: each for each in migrations}
    beyond = sorted({*applied} - {*known})
    problems = [
        f"{name} is applied, and this checkout has no such file (git pull)"
        for name in beyond
        if name not in here
    ]
    problems += [
        f"{told} (this breaks older code)"
        for told in breaches(list(migrations))
        if told.partition(":")[0] in beyond
    ]
    for migration in (here[name] for name in beyond if name in here):
        problems += _contract(migration, includes)
    return Verdict(tuple(beyond), tuple(problems))


def _contract(migration: Migration, includes: Includes) -> list[str]:
    """Return why a contract keeps older code from working; nothing where it does not."""
    lines = [each for each in migration.sql.splitlines() if each.startswith(CONTRACT)]
    for line in lines:
        since = _SINCE.search(line)
        if since is None:
            return [f"{migration.name} takes away, and does not say since when nobody uses it"]
        if not includes(since[1]):
            said = line.removeprefix(CONTRACT).strip()
            return [f"{migration.name} has taken away what it uses: {said}"]
    return []
