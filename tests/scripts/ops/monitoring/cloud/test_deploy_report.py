"""How changes are shown."""

import pytest

from scripts.ops.monitoring.cloud.changes import Act, Change, Differences, Sort
from scripts.ops.monitoring.cloud.compared import Field
from scripts.ops.monitoring.cloud.deploy_report import change_lines, excerpts, planned_text

LONG = "x" * 200


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a", "b", ("'a'", "'b'")),
        (None, 5, ("None", "5")),
        (
            f"{LONG}1{LONG}",
            f"{LONG}22{LONG}",
            (f"'...{'x' * 40}1{'x' * 40}...'", f"'...{'x' * 40}22{'x' * 40}...'"),
        ),
        (LONG, LONG + "y", (f"'...{'x' * 40}'", f"'...{'x' * 40}y'")),
        ("y" + LONG, LONG, (f"'y{'x' * 40}...'", f"'{'x' * 40}...'")),
        (LONG, LONG + "x", (f"'...{'x' * 40}'", f"'...{'x' * 41}'")),
        (LONG, "", (f"'{LONG}'", "''")),
    ],
)
def test_excerpts(before: object, after: object, shown: tuple[str, str]) -> None:
    """Of long texts only what differs is shown, and a little around it."""
    assert excerpts(Field("f", before, after)) == shown


def test_a_change() -> None:
    """A change is a line, and one for each field."""
    change = Change(Act.CHANGE, Sort.POLICY, "memory_p1", (Field("severity", "A", "B"),))
    assert list(change_lines(change)) == ["~ policy    memory_p1", "    severity: 'A' -> 'B'"]


def test_a_plan() -> None:
    """A plan counts what would be done, lists it, and ends with what to know."""
    changes = [Change(act, Sort.CHANNEL, "a") for act in (Act.CREATE, Act.CREATE, Act.DELETE)]
    told = planned_text("here", Differences(changes, 7, ["look"], {}))
    assert told == (
        "here: 2 to be created, 1 to be deleted (7 unchanged)\n\n"
        "+ channel   a\n+ channel   a\n- channel   a\n\nnote: look"
    )


def test_nothing_to_do() -> None:
    """Where there is nothing to do, one line says so."""
    assert planned_text("here", Differences([], 7, [], {})) == (
        "here: nothing to do, all of it is as the repository says (7 unchanged)"
    )
