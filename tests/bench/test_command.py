"""The command measures what it was asked for, keeps it, and says what broke."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scripts.local.errors import LocalStackError
from tests.bench import __main__ as command
from tests.bench import cores
from tests.bench import peers as table
from tests.bench.__main__ import Files, bench, installed, main, plan_of
from tests.bench.measures import MEASURES
from tests.bench.measures.bound import BOUND
from tests.bench.peers import CONTEUR, HELLO_WORLD
from tests.bench.runner import Plan

SMALLEST = replace(
    BOUND,
    peers=(CONTEUR, HELLO_WORLD),
    metrics=tuple(replace(metric, against=HELLO_WORLD) for metric in BOUND.metrics),
)


def plan(*arguments: str) -> Plan:
    return plan_of(command._parser().parse_args(arguments))  # noqa: SLF001 - the command's own


def peers(made: Plan, name: str) -> list[str]:
    return [
        peer.name for measure in made.measures if measure.name == name for peer in measure.peers
    ]


def test_all_of_it() -> None:
    """Without options every measure is taken in full, of all its peers, in seven pairs."""
    made = plan()
    assert [measure.name for measure in made.measures] == list(MEASURES)
    assert (made.pairs, made.share) == (7, 1.0)
    assert peers(made, "bound") == ["conteur", "docs-sample-80", "hello-world", "genkit"]


def test_a_whole_run_takes_minutes() -> None:
    """All of it is planned for less than twenty minutes."""
    assert 15 * 60 < plan().seconds() < 20 * 60


def test_quick() -> None:
    """A quick run takes fewer pairs, calls and measures, and no peer that makes it slow."""
    made = plan("--quick")
    assert (made.pairs, len(made.measures)) == (3, 6)
    assert made.share < 1
    assert peers(made, "streams") == ["conteur", "docs-sample-80"]
    assert made.seconds() < 95
    assert not any("genkit" in peers(made, measure.name) for measure in made.measures)


def test_quick_with_a_slow_peer() -> None:
    """A peer that a quick run leaves out is measured all the same where it is asked for."""
    made = plan("--quick", "--peers", "docs-sample")
    assert peers(made, "streams") == ["conteur", "docs-sample-80", "docs-sample"]


def test_a_choice() -> None:
    """Measures, pairs and the peers beside those that goals need can be chosen."""
    made = plan("--only", "unpaced,bound", "--pairs", "15", "--peers", "genkit")
    assert [measure.name for measure in made.measures] == ["unpaced", "bound"]
    assert made.pairs == 15
    assert peers(made, "unpaced") == ["conteur", "docs-sample-80", "genkit"]


def test_no_other_peers() -> None:
    """The peers that goals need are measured even when no others are."""
    assert peers(plan("--peers", "none"), "cold") == ["conteur", "docs-sample-80", "hello-world"]


def test_packages_that_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Genkit is left out, and it is said how to have it, where its packages are not installed."""
    monkeypatch.setattr(table, "GENKIT_STAMP", tmp_path / "stamp")
    assert "genkit" not in peers(installed(plan()), "bound")
    assert "Genkit for JS is left out: `scripts/setup --for bench`" in capsys.readouterr().err
    table.GENKIT_STAMP.touch()
    assert "genkit" in peers(installed(plan()), "bound")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--only", "bound,speed"], "speed: choose from bound, cold"),
        (["--peers", "fastapi"], "fastapi: choose from none, conteur"),
        (["--pairs", "3"], "3 is not from 7 to 31"),
    ],
)
def test_a_bad_choice(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An option that cannot be used is refused, with what can be."""
    with pytest.raises(SystemExit):
        plan(*arguments)
    assert problem in capsys.readouterr().err


def test_another_system(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no /proc the command fails, and says so before it begins."""
    monkeypatch.setattr("sys.platform", "darwin")
    assert main(["--only", "bound"]) == 1
    assert "run this on Linux" in capsys.readouterr().err


def test_a_single_core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the server and its load would share a core, nothing is measured."""
    files = Files(tmp_path / "run.json", tmp_path / "run.svg")
    monkeypatch.setattr(cores, "CORES", [0])
    with pytest.raises(LocalStackError, match="need a core each"):
        bench(Plan([], pairs=1), files)


@pytest.mark.server
def test_a_real_measure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One pair of the smallest measure prints its table, and leaves JSON and a picture."""
    files = Files(tmp_path / "kept" / "run.json", tmp_path / "kept" / "run.svg")
    bench(Plan([SMALLEST], pairs=1), files)
    (measure,) = json.loads(files.json.read_text())["measures"]
    assert measure["metrics"][0]["ratios"]["conteur"]["median"] > 0
    assert ET.parse(files.picture).getroot().tag.endswith("svg")  # noqa: S314 - our own
    told = capsys.readouterr()
    assert "Start: port bound" in told.out
    assert "bench: bound: pair 1 of 1, conteur" in told.err
