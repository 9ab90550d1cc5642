"""The page's own reckoning, run in node."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts.local.node import node
from scripts.local.watch.bundle import ESBUILD, SOURCE

LIMIT_SECONDS = 60
THRESHOLDS = [
    {"signal": "rate", "severity": "P2", "sign": ">", "value": 0.2},
    {"signal": "rate", "severity": "P1", "sign": ">", "value": 0.5},
]


def called(folder: Path, module: str, expression: str, *arguments: object) -> Any:  # noqa: ANN401 - a value of JSON
    """Return what the expression is, where `each` is the module and `given` the arguments."""
    program = (
        f'import * as each from "./{module}";'
        f"const given = {json.dumps(arguments)};"
        f"console.log(JSON.stringify({expression}));"
    )
    made = folder / "called.mjs"
    bundled = [str(ESBUILD), "--bundle", "--format=esm", f"--outfile={made}", "--log-level=warning"]
    subprocess.run(bundled, input=program, text=True, cwd=SOURCE, timeout=LIMIT_SECONDS, check=True)
    told = subprocess.run(
        [node(), made], capture_output=True, text=True, timeout=LIMIT_SECONDS, check=True
    )
    return json.loads(told.stdout)


@pytest.mark.parametrize(
    ("tops", "rows"),
    [
        ([20, 60, 90], [(0, 0), (0, 0), (0, 0)]),
        ([94, 97, 98], [(0, 0), (1, 3), (2, 4)]),
        ([98, 97, 94, 10], [(2, 4), (1, 3), (0, 0), (0, 0)]),
        ([50, 58, 66], [(0, 0), (1, 8), (0, 0)]),
        ([50, 50], [(0, 0), (1, 0)]),
        ([], []),
    ],
)
def test_labels_that_are_close_stand_side_by_side(
    tmp_path: Path, tops: list[int], rows: list[tuple[int, int]]
) -> None:
    """Labels closer than a label is high go beside each other, above the highest line."""
    expected = [{"place": place, "lift": lift} for place, lift in rows]
    assert called(tmp_path, "labels.js", "each.rowsOf(...given)", tops) == expected


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([(0.1, 30)], ["", ""]),
        ([(0.3, 30)], ["P2", ""]),
        ([(0.6, 30)], ["P1", ""]),
        ([(0.6, 6)], ["", "too few samples (6 of 10)"]),
        ([(0.6, 9.98)], ["", "too few samples (9 of 10)"]),
        ([(0.6, 3), (0.7, 5), (0.1, 8)], ["", "too few samples (5 of 10)"]),
        ([(0.6, 6), (0.3, 10)], ["P2", ""]),
    ],
)
def test_a_threshold_is_passed_by_enough_samples(
    tmp_path: Path, values: list[tuple[float, float]], told: list[str]
) -> None:
    """The worst threshold that a value passes on enough samples counts; on fewer, it is said."""
    readings = [
        {"signal": "rate", "value": value, "samples": samples, "least": 10}
        for value, samples in values
    ]
    judged = "[each.judged(...given)].map((it) => [it.passed?.severity ?? '', each.tooFew(it)])[0]"
    assert called(tmp_path, "severities.js", judged, readings, THRESHOLDS) == told


def test_a_threshold_is_its_own_signals(tmp_path: Path) -> None:
    """A value of another signal in the same tile passes no threshold."""
    mean = [{"signal": "mean", "value": 9, "samples": 0, "least": 0}]
    assert called(tmp_path, "severities.js", "each.judged(...given)", mean, THRESHOLDS) == {}
