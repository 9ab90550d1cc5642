"""Tables and numbers as text: Markdown that also reads well in a terminal."""

from collections.abc import Iterable, Sequence

Row = Sequence[str]


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a Markdown table whose columns are as wide as their widest cell."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = [_line(line, widths) for line in lines]
    rule = "|".join("-" * (width + 2) for width in widths)
    return "\n".join([shown[0], f"|{rule}|", *shown[1:]])


def number(value: float) -> str:
    """Return a number as people read it: whole from ten on, else with two digits."""
    if abs(value) < 1e-9:  # noqa: PLR2004 - what is left of adding up times
        return "0"
    whole = f"{value:,.0f}"
    return whole if abs(value) >= 10 else f"{value:.2g}"  # noqa: PLR2004 - as the docstring says


def percent(share: float, digits: int = 1) -> str:
    """Return a share (0.5 is a half) in percent."""
    return f"{100 * share:.{digits}f} %"


def exact(value: float) -> str:
    """Return a number with all its digits, none of them as a power."""
    return f"{value:,.10f}".rstrip("0").rstrip(".")


def seconds(value: float) -> str:
    """Return seconds to a tenth."""
    return f"{abs(value):.1f}"


def dollars(value: float) -> str:
    """Return dollars to a tenth of a cent."""
    return f"{value:,.3f}"


def _line(cells: Row, widths: Iterable[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
