"""The rules of docs/migrations.md: what a migration may do to a table that an earlier one made.

The previous revision of the code goes on working beside the new schema, and nobody waits long for
a lock. What no rule knows is refused, so that somebody thinks about it.
Source of what locks and scans: https://www.postgresql.org/docs/18/sql-altertable.html
"""

import re
from collections.abc import Iterator

from scripts.ops.migration_files import Migration
from scripts.ops.sql_statements import without_texts

CONTRACT = "-- contract:"
"""Begins the line that says since when no revision uses what a file takes away."""

_CREATED = re.compile(r"CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?([\w.]+)", re.IGNORECASE)
_ALTERED = re.compile(r"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?([\w.]+)(?: \*)? (.+)", re.IGNORECASE)
_INDEXED = re.compile(
    r"CREATE (?:UNIQUE )?INDEX (CONCURRENTLY )?(?:IF NOT EXISTS )?(\w+) ON (?:ONLY )?([\w.]+)",
    re.IGNORECASE,
)
_UNINDEXED = re.compile(r"DROP INDEX CONCURRENTLY IF EXISTS (\w+)", re.IGNORECASE)
_HARMLESS = re.compile(
    r"INSERT INTO |UPDATE |COMMENT ON |CREATE (TYPE|VIEW|SEQUENCE) ", re.IGNORECASE
)
_CONTRACTING = re.compile(r"DROP |DELETE |TRUNCATE ", re.IGNORECASE)
_ENDS = re.compile(r"(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|SET|RESET)\b", re.IGNORECASE)

_CONSTRAINT = r"(CONSTRAINT \w+ )?(CHECK|FOREIGN KEY|UNIQUE|PRIMARY KEY|EXCLUDE|NOT NULL)\b"
_VOLATILE = r"\b(random|clock_timestamp|timeofday|gen_random_uuid|uuidv7|nextval)\b"
_INLINE = r"\b(CHECK|REFERENCES|UNIQUE|PRIMARY KEY|GENERATED)\b"
_TAKES_AWAY = "takes away what the previous revision uses: leave that to a later contract"

# The first that matches an action of ALTER TABLE decides; an empty text lets it be.
_ACTIONS: tuple[tuple[str, str], ...] = (
    (r"RENAME |SET SCHEMA ", "renames: add the new one, copy, and drop the old one later"),
    (rf"ADD {_CONSTRAINT}.* NOT VALID$", ""),
    (r"ADD CONSTRAINT \w+ (UNIQUE|PRIMARY KEY) USING INDEX ", ""),
    (
        rf"ADD {_CONSTRAINT}",
        "scans the table under a lock: add it NOT VALID, and VALIDATE it in a later file",
    ),
    (
        rf"ADD .*{_INLINE}",
        "adds a column with a constraint: add the constraint by itself, NOT VALID",
    ),
    (rf"ADD .*\bDEFAULT\b.*{_VOLATILE}", "rewrites the table: the default differs by row"),
    (
        r"ADD (?!.*\bDEFAULT\b).*\bNOT NULL\b",
        "adds a column that the previous revision leaves empty: give a DEFAULT",
    ),
    (r"ADD ", ""),
    (
        r"ALTER .* (SET DATA )?TYPE ",
        "rewrites the table: add a column of the new type, copy, and drop the old one later",
    ),
    (
        r"ALTER .* SET NOT NULL$",
        "refuses what the previous revision writes: leave it to a later contract",
    ),
    (r"ALTER .* (DROP DEFAULT|DROP IDENTITY.*|DROP EXPRESSION.*)$", _TAKES_AWAY),
    (r"ALTER .* (SET DEFAULT .*|DROP NOT NULL)$", ""),
    (r"VALIDATE CONSTRAINT ", ""),
    (r"DROP ", _TAKES_AWAY),
    (r"", "is known to no rule of scripts/ops/migration_rules.py: think about it, and add one"),
)
_CONTRACTS = re.compile(r"DROP |ALTER .* (SET NOT NULL|DROP DEFAULT)$", re.IGNORECASE)


def breaches(migrations: list[Migration]) -> list[str]:
    """Return what breaks the previous revision, by the file's name."""
    earlier: set[str] = set()
    found = []
    for migration in migrations:
        file = _File(migration, frozenset(earlier))
        found += [f"{migration.name}: {breach}" for breach in file.breaches()]
        earlier |= file.created
    return found


class _File:
    """One migration, and the tables that were there before it."""

    def __init__(self, migration: Migration, earlier: frozenset[str]) -> None:
        self._statements = [without_texts(each) for each in migration.statements]
        self._concurrent = migration.concurrent
        self._contract = any(line.startswith(CONTRACT) for line in migration.sql.splitlines())
        self._earlier = earlier
        self.created = {_table(it[1]) for each in self._statements if (it := _CREATED.match(each))}

    def breaches(self) -> Iterator[str]:
        for statement in self._statements:
            for breach in self._of(statement):
                yield f"`{statement[:80]}` {breach}"

    def _of(self, statement: str) -> Iterator[str]:
        if _ENDS.match(statement):
            yield "ends or changes the transaction, which is the runner's"
        elif altered := _ALTERED.match(statement):
            if _table(altered[1]) not in self.created:
                yield from self._of_actions(altered[2])
        elif indexed := _INDEXED.match(statement):
            yield from self._of_index(indexed)
        elif self._contract:
            yield from self._of_contract(statement)
        elif not (
            _CREATED.match(statement) or _HARMLESS.match(statement) or self._again(statement)
        ):
            yield _TAKES_AWAY if _CONTRACTING.match(statement) else _ACTIONS[-1][1]

    def _of_actions(self, actions: str) -> Iterator[str]:
        validates = re.findall(r"VALIDATE CONSTRAINT (\w+)", actions, re.IGNORECASE)
        if any(
            f"ADD CONSTRAINT {name} " in each for name in validates for each in self._statements
        ):
            yield "validates under the lock of adding: VALIDATE in a later file"
        for action in _split(actions):
            if self._contract:
                yield from self._of_contract(action)
            elif told := _told(action):
                yield told

    def _of_contract(self, action: str) -> Iterator[str]:
        if not (_CONTRACTS.match(action) or _CONTRACTING.match(action)):
            yield "stands in a contract, which only takes away: give it a file of its own"

    def _of_index(self, indexed: re.Match[str]) -> Iterator[str]:
        if not indexed[1] and _table(indexed[3]) in self._earlier:
            yield "keeps everybody from writing: create it CONCURRENTLY, in a file of its own"
        if indexed[1] and not any(self._drops(each, indexed[2]) for each in self._statements):
            yield f"cannot be repeated: put DROP INDEX CONCURRENTLY IF EXISTS {indexed[2]} first"

    def _drops(self, statement: str, index: str) -> bool:
        dropped = _UNINDEXED.fullmatch(statement)
        return dropped is not None and dropped[1] == index

    def _again(self, statement: str) -> bool:
        """Tell whether this drops what a broken try of the index that follows has left."""
        dropped = _UNINDEXED.fullmatch(statement)
        made = [it[2] for each in self._statements if (it := _INDEXED.match(each))]
        return dropped is not None and dropped[1] in made


def _told(action: str) -> str:
    return next(told for form, told in _ACTIONS if re.match(form, action, re.IGNORECASE))


def _table(name: str) -> str:
    return name.lower().removeprefix("public.")


def _split(actions: str) -> list[str]:
    """Return the actions of an ALTER TABLE; commas within parentheses do not part them."""
    parts, depth = [""], 0
    for letter in actions:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]
