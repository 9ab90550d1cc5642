"""firestore.rules, tried on the real emulator with the real JavaScript SDK."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.local.node import node

HERE = Path(__file__).parent
SENTENCES = HERE / "firestore.test.mjs"
PROJECT = "demo-rules"  # world.mjs has the same
RUN_SECONDS = 120

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class RulesRun:
    """What one run of the sentences showed: (name, error or None) each, and the coverage."""

    sentences: list[tuple[str, str | None]]
    coverage: dict[str, Any]


@pytest.fixture(scope="module")
def run(firestore_host: str) -> RulesRun:
    results = [json.loads(line) for line in _node_test(firestore_host).splitlines()]
    sentences = [(each["name"], each["error"]) for each in results]
    return RulesRun(sentences, _coverage(firestore_host))


def _node_test(address: str) -> str:
    reporter = f"--test-reporter={HERE / 'json_lines.mjs'}"
    done = subprocess.run(
        [node(), "--test", reporter, str(SENTENCES)],
        env={"PATH": os.environ["PATH"], "FIRESTORE_EMULATOR_HOST": address},
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_SECONDS,
    )
    assert done.stdout, done.stderr
    return done.stdout


def _coverage(address: str) -> dict[str, Any]:
    url = f"http://{address}/emulator/v1/projects/{PROJECT}:ruleCoverage"
    with urllib.request.urlopen(url, timeout=10) as answer:
        coverage: dict[str, Any] = json.load(answer)
    return coverage


def test_every_sentence_about_the_rules_holds(run: RulesRun, subtests: pytest.Subtests) -> None:
    """Apps may do with Firestore what firestore.test.mjs says, and nothing else."""
    assert len(run.sentences) > 40
    for sentence, error in run.sentences:
        with subtests.test(sentence):
            assert error is None


def test_every_condition_of_the_rules_was_both_true_and_false(run: RulesRun) -> None:
    """No condition of firestore.rules could be left out, or be always true, unnoticed."""
    source = run.coverage["rules"]["files"][0]["content"]
    outcomes = {
        _text(source, node): _booleans(node)
        for top in run.coverage["report"]
        for node in _nodes(top)
        if _booleans(node)
    }
    assert {text for text, seen in outcomes.items() if len(seen) < 2} == set()
    assert any("affectedKeys" in text for text in outcomes)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", []):
        yield from _nodes(child)


def _booleans(node: dict[str, Any]) -> set[bool]:
    values = (seen["value"] for seen in node.get("values", []))
    return {value["boolValue"] for value in values if "boolValue" in value}


def _text(source: str, node: dict[str, Any]) -> str:
    position = node["sourcePosition"]
    return source[position["currentOffset"] : position["endOffset"] + 1]
