import pytest

from scripts.ops.scaling.tables import dollars, exact, number, percent, seconds, table


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    """A table is Markdown, and its columns stand under each other."""
    assert table(("a", "long"), [("longer", "b")]).splitlines() == [
        "| a      | long |",
        "|--------|------|",
        "| longer | b    |",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (1e-12, "0"), (0.0312, "0.031"), (1.25, "1.2"), (4.0, "4"), (12_345.6, "12,346")],
)
def test_numbers(value: float, shown: str) -> None:
    """From ten on numbers are whole, and below they have two digits."""
    assert number(value) == shown


def test_other_numbers() -> None:
    """Shares are shown in percent, prices with all their digits, and no zero is negative."""
    assert (percent(0.095), percent(2, 0)) == ("9.5 %", "200 %")
    assert (exact(0.0000025), exact(90_000)) == ("0.0000025", "90,000")
    assert (seconds(-1e-15), dollars(3.0291)) == ("0.0", "3.029")
