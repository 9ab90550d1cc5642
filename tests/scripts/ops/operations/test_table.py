"""Outcomes as people and programs see them."""

from scripts.ops.operations.outcome import Outcome, Report, Verdict
from scripts.ops.operations.table import counted, table

PASSED = Outcome("lint", "Lint", Verdict.PASSED, "no findings", seconds=2.34)
FAILED = Outcome("rules", "Rules deployed", Verdict.FAILED, "others are there", "Deploy them.")
OPEN = Outcome("review", "Reviewed", Verdict.CONFIRM, "nobody has said so", "--confirm review")
LEFT_OUT = Outcome("store", "Store", Verdict.LEFT_OUT, "none is set up", "never shown")


def test_the_table() -> None:
    """Each line says how it is; what is not as it has to be says what to do."""
    assert table(Report([PASSED, FAILED, OPEN, LEFT_OUT])).splitlines() == [
        "ok       Lint            no findings (2.3 s)",
        "FAILED   Rules deployed  others are there",
        "         -> Deploy them.",
        "confirm  Reviewed        nobody has said so",
        "         -> --confirm review",
        "-        Store           none is set up",
        "",
        "1 passed, 1 failed, 1 to confirm, 1 left out",
    ]


def test_a_long_text_is_wrapped() -> None:
    """What to do keeps below its line, and a command in it is not broken."""
    mend = f"Run {'a long way round ' * 8}`scripts/monitoring-apply-P-production`."
    lines = table(Report([Outcome("a", "A", Verdict.FAILED, "no", mend)])).splitlines()
    assert max(map(len, lines)) <= 100
    assert any("`scripts/monitoring-apply-P-production`." in line for line in lines)


def test_nothing_looked_at() -> None:
    """No outcome is no success."""
    assert counted([]) == "nothing was looked at"


def test_green_is_nothing_red_and_nothing_open() -> None:
    """What failed and what nobody has confirmed keep a report from being green."""
    assert Report([PASSED, LEFT_OUT]).green
    assert not Report([PASSED, FAILED]).green
    assert not Report([PASSED, OPEN]).green


def test_for_programs() -> None:
    """Programs get every outcome with its key and its verdict."""
    assert Report([PASSED]).document() == [
        {
            "key": "lint",
            "title": "Lint",
            "verdict": "passed",
            "said": "no findings",
            "mend": "",
            "seconds": 2.3,
        }
    ]
