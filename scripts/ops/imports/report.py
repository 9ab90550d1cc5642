"""What came of an import, for people and for programs."""

from dataclasses import asdict, dataclass, field

from scripts.ops.scaling.tables import table as drawn

SHOWN = 20  # rows that are named; the counts have all
COUNTS = ("read", "new", "changed", "unchanged", "kept", "skipped", "bad")


@dataclass(slots=True)
class TableReport:
    """What came of a table's rows.

    `kept` are here and differ: they were changed here since, and stay. `skipped` are steps that
    were left out. `missing` should be here and are not. `left` are columns that nothing takes.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    skipped: int = 0
    bad: int = 0
    missing: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What came of an import: by table, with the first bad and demoted rows."""

    tables: dict[str, TableReport] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    demoted: list[str] = field(default_factory=list)
    demotions: int = 0
    written: bool = False

    @property
    def bad(self) -> int:
        """How many rows are bad."""
        return sum(each.bad for each in self.tables.values())

    @property
    def missing(self) -> int:
        """How many rows should be here and are not."""
        return sum(each.missing for each in self.tables.values())

    def tell(self, problem: str) -> None:
        """Note a bad row, one of the first."""
        if len(self.problems) < SHOWN:
            self.problems.append(problem)

    def demote(self, step: str) -> None:
        """Note a step whose completion is not trusted."""
        self.demotions += 1
        if len(self.demoted) < SHOWN:
            self.demoted.append(step)

    def document(self) -> dict[str, object]:
        """Return the report as JSON."""
        return asdict(self)

    def text(self) -> str:
        """Return the report for people."""
        counts = COUNTS if self.written else ("read", "skipped", "bad")
        rows = [
            (name, *(f"{getattr(its, count):,}" for count in counts))
            for name, its in self.tables.items()
        ]
        parts = [drawn(("table", *counts), rows)]
        parts += [
            f"Not taken of {name}: {', '.join(its.left)}."
            for name, its in self.tables.items()
            if its.left
        ]
        parts += self._named(self.bad, "bad", self.problems)
        told = "done by somebody who is not trusted, and todo here (--trusted-by, --trust-payments)"
        parts += self._named(self.demotions, told, self.demoted)
        return "\n\n".join(parts)

    def _named(self, count: int, what: str, names: list[str]) -> list[str]:
        if not count:
            return []
        more = [f"- and {count - len(names):,} more"] if count > len(names) else []
        return ["\n".join([f"{count:,} {what}:", *(f"- {name}" for name in names), *more])]
