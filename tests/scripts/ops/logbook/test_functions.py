"""The deployed functions, by their names."""

import json

import pytest

from scripts.ops.logbook.functions import UnknownFunctionError, chosen_functions, function_names
from scripts.ops.logs import ROOT


def test_all_that_are_deployed() -> None:
    """The functions of main.py are those that a deploy would send."""
    plan = json.loads((ROOT / "deploy/plan.json").read_text())
    assert set(function_names(ROOT)) == set(plan["production"])


def test_either_name() -> None:
    """A function may be named as in main.py, or as Cloud Run names it."""
    names = ["generate-story", "generate_story", "health"]
    assert chosen_functions(ROOT, names) == ("generate_story", "generate_story", "health")


def test_an_unknown_function() -> None:
    """A misspelt function is told with those that there are."""
    with pytest.raises(UnknownFunctionError, match="no function 'tell-story'") as refused:
        chosen_functions(ROOT, ["health", "tell-story"])
    assert "\n  generate_story\n" in str(refused.value)
