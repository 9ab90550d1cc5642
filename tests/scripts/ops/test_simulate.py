import json
import re
from typing import Any

import pytest

from scripts.ops.scaling.deployment import ROOT
from scripts.ops.simulate import PAGE, TITLES, main

TABLE = re.compile(r"<!-- begin of (\w+): .*? -->\n\n(.*?)\n\n<!-- end of \1 -->", re.DOTALL)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--stories-a-minute", "600", "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def limit(document: dict[str, Any], name: str) -> float:
    (holds,) = [one["holds"] for one in document["limits"] if name in one["name"]]
    return float(holds)


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """docs/scaling.md has the tables that `scripts/simulate` prints, which --update writes."""
    tables = dict(TABLE.findall((ROOT / PAGE).read_text()))
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert set(tables) == set(TITLES)
    assert [name for name, table in tables.items() if f"\n\n{table}\n" not in printed] == []


def test_numbers_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """--json has what each rate takes, costs and meets, and where figures come from."""
    document = told(capsys)
    (rate,) = document["rates"]
    assert (rate["storiesAMinute"], rate["inFlight"]) == (600, 80)
    assert rate["told"] > 0.99
    assert all({"of", "value", "unit", "source"} == set(each) for each in document["figures"])


@pytest.mark.parametrize(
    ("option", "value", "name", "holds"),
    [
        ("--instances", "1", "every thread", 600),
        ("--threads", "40", "every thread", 6_000),
        ("--shards", "32", "claims wait for each other", 3_840),
        ("--tier", "3", "requests a minute", 5_000),
        ("--seconds-a-story", "4", "every thread", 24_000),
    ],
)
def test_options_change_the_limits(
    capsys: pytest.CaptureFixture[str], option: str, value: str, name: str, holds: float
) -> None:
    """Each setting that can be given moves the limit that it decides."""
    assert limit(told(capsys, option, value), name) == pytest.approx(holds)


def test_twice_the_budget_is_twice_the_stories(capsys: pytest.CaptureFixture[str]) -> None:
    """The budget's limit grows with the budget, and shrinks with the words."""
    once, twice, longer = (
        limit(told(capsys, *options), "budget is spent")
        for options in (("--budget", "20"), ("--budget", "40"), ("--words", "800"))
    )
    assert twice == pytest.approx(2 * once)
    assert longer < 0.6 * once


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--stories-a-minute", "0", "0 is not above 0"),
        ("--stories-a-minute", "10,many", "'many' is not a number"),
        ("--seconds-a-story", "inf", "inf is not above 0, or has no end"),
        ("--threads", "1001", "1001 is not from 1 to 1000"),
        ("--shards", "501", "501 is not from 1 to 500"),
        ("--instances", "abc", "'abc' is not a whole number"),
        ("--instances", "0", "0 is not above 0"),
        ("--words", "49", "49 is not from 50 to 1200"),
        ("--words", "1201", "1201 is not from 50 to 1200"),
        ("--tier", "9", "invalid choice"),
        ("--json", "--update", "not allowed"),
    ],
)
def test_what_cannot_be_is_refused(
    option: str, value: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An impossible option ends the command with a sentence that names it."""
    with pytest.raises(SystemExit) as ended:
        main([option, value])
    assert ended.value.code == 2
    written = capsys.readouterr().err
    assert option in written
    assert problem in written


def test_help_explains(capsys: pytest.CaptureFixture[str]) -> None:
    """--help says what is thinned, what a story's seconds are, and what is usual."""
    with pytest.raises(SystemExit):
        main(["--help"])
    written = " ".join(capsys.readouterr().out.split())
    assert "thinned: a part of its calls is played" in written
    assert "seconds from a story's claim to its end (default: 8)" in written
