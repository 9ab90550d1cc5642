"""How a page's commands are given."""

import pytest

from scripts.ops.place import FIRESTORE
from tests.procedures.commands import ROOT, Console, filled, here, module_of


def test_words_are_filled_in() -> None:
    """A placeholder is replaced where it stands alone, and cannot break out of its place."""
    line = filled("scripts/logs --request REQUEST_ID X_REQUEST_ID", REQUEST_ID="a b; c")
    assert line == "scripts/logs --request 'a b; c' X_REQUEST_ID"


def test_the_local_stack_is_meant() -> None:
    """Production is replaced, and a wrapper by the module that it runs."""
    line = here("scripts/config get -P production | grep scripts/config/x")
    assert line.endswith(" -m scripts.ops.config get --local | grep scripts/config/x")


def test_a_diagnosis_leaves_no_record() -> None:
    """A test files no incident."""
    assert here("scripts/diagnose ID -P production").endswith("diagnose --no-record ID --local")


@pytest.mark.parametrize("name", ["config", "logs", "diagnose", "metrics", "users"])
def test_a_wrapper_runs_a_module(name: str) -> None:
    """Whatever way it is written, the wrapper's own module is found."""
    assert (ROOT / (module_of(name).replace(".", "/") + ".py")).exists()


def test_a_command_runs() -> None:
    """What it prints on both streams comes back, and its exit code."""
    said = Console({FIRESTORE: "127.0.0.1:9"}).run("scripts/config set -P production | cat")
    assert said.code == 2
    assert "usage: scripts/config set" in said.text
