"""No line of the product can hold what somebody wrote, and nothing prints but the log."""

import ast
from pathlib import Path

import pytest

from tests.telemetry.logged import other_ways, wrong_lines

PRODUCT = Path(__file__).parents[2] / "functions"
SOURCES = sorted([PRODUCT / "main.py", *(PRODUCT / "conteur").rglob("*.py")])
# The log itself; what takes over others' lines; and where one library is told to say less.
MAY_PRINT = ("telemetry/logs.py", "telemetry/foreign.py", "adapters/postgres/pool.py")


def tree(source: Path) -> ast.Module:
    return ast.parse(source.read_text(), str(source))


def test_lines() -> None:
    """Each line is an event with fields that are chosen one by one."""
    found = {path.name: list(wrong_lines(tree(path))) for path in SOURCES}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_nothing_else_prints() -> None:
    """What is printed is printed by the log."""
    sources = [path for path in SOURCES if not str(path).endswith(MAY_PRINT)]
    found = {path.name: list(other_ways(tree(path))) for path in sources}
    assert len(sources) == len(SOURCES) - len(MAY_PRINT)
    assert {name: ways for name, ways in found.items() if ways} == {}


@pytest.mark.parametrize(
    "line",
    [
        'logs.info(f"told {story}")',
        'logs.info("a " + b)',
        'logs.info("event", **request)',
        'logs.info("event", **{"a": order.prompt})',
        'logs.info("event", **vars(order))',
        'logs.info("event", prompt=wish)',
        'logs.warning("event", f"{error}")',
        'logs.error("event", error, problem=f"cannot read {story}")',
        'logs.error("event", error, problem="cannot read %s" % story)',
        'logs.error("event", error, problem="{}".format(story))',
        'logs.error("event", error, problem=str(request.headers))',
        'logs.error("event", error, problem=error.args[0])',
        'logs.error("event", error, problem=order.request.prompt)',
        'logs.last_resort("event", error, seen=repr(call))',
        'log("event", token=token)',
    ],
)
def test_a_line_that_could_hold_a_text(line: str) -> None:
    """Each way to put somebody's text into a line is found."""
    assert len(list(wrong_lines(ast.parse(line)))) == 1


@pytest.mark.parametrize(
    "line",
    [
        'logs.info("event")',
        "logs.warning(event, error, ms=round(1000 * seconds), model=model.name)",
        'logs.error("event", reason=error.reason, **error.traits, problem=error.message)',
        'logs.info("event", **counters(limits, standing), steps=",".join(ids))',
        'logs.error("event", **{**error.traits, "ms": ms})',
    ],
)
def test_a_line_of_fields(line: str) -> None:
    """Numbers and words of our own are fields."""
    assert list(wrong_lines(ast.parse(line))) == []


@pytest.mark.parametrize(
    "line",
    [
        "print(x)",
        "import logging",
        "from logging import getLogger",
        "from firebase_functions import logger",
        "sys.stderr.write(x)",
        "traceback.print_exc()",
        'warnings.warn("x")',
    ],
)
def test_another_way_to_print(line: str) -> None:
    """Each way around the log is found."""
    assert len(list(other_ways(ast.parse(line)))) == 1
