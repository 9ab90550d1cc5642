"""Long PromQL is broken where it is loosest."""

import pytest

from scripts.ops.monitoring.promql_layout import laid_out


def test_what_is_short_stays_a_line() -> None:
    """An expression that fits is left as it is."""
    assert laid_out("a > 1", width=5) == "a > 1"


@pytest.mark.parametrize(
    ("expression", "lines"),
    [
        ("aaaa / bbbb > cc", ["aaaa / bbbb", "> cc"]),
        ("(aaaa or bbbbbbb) and c", ["(", "  aaaa", "  or bbbbbbb", ")", "and c"]),
        ("sum by (le) (aaaaaaaaaaa)", ["sum by (le) (", "  aaaaaaaaaaa", ")"]),
        (
            "max((aaa unless bbb)[3h:1m])",
            ["max(", "  (", "    aaa", "    unless bbb", "  )[3h:1m]", ")"],
        ),
        ('a{b="c > d", eeeeeeeeeeee="f"}', ['a{b="c > d", eeeeeeeeeeee="f"}']),
    ],
)
def test_what_is_long_is_broken(expression: str, lines: list[str]) -> None:
    """It is broken before its loosest operator, and else inside of its last parentheses."""
    assert laid_out(expression, width=13).splitlines() == lines
