"""`scripts/tell` asks for what it was told to, and tells it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.model_choice import ModelChoice, choose_model
from scripts.local.tell import parse, request
from tests.scripts.local.marked import marked, needs_proc

EMBEDDED = choose_model({})
OPENAI = ModelChoice("test-key")
LIMIT = 120.0
"""Seconds."""


def test_a_bare_prompt_asks_for_a_short_english_story_of_the_embedded_model() -> None:
    """With the embedded model, a prompt alone asks for 150 words of English."""
    assert request(parse(["A fox"]), EMBEDDED) == {
        "prompt": "A fox",
        "language": "en",
        "length": {"words": 150},
    }


def test_what_nobody_chose_is_left_to_the_product() -> None:
    """With another model, length, audience and genre are the product's to choose."""
    assert request(parse(["A fox"]), OPENAI) == {"prompt": "A fox", "language": "en"}


def test_every_option_reaches_the_request() -> None:
    """Language, length, audience and genre are asked for as they were given."""
    options = ["--language", "fr", "--words", "80", "--audience", "3-5", "--genre", "bedtime"]
    assert request(parse(["A fox", *options]), EMBEDDED) == {
        "prompt": "A fox",
        "language": "fr",
        "audience": "3-5",
        "genre": "bedtime",
        "length": {"words": 80},
    }


def test_a_wrong_length_is_left_for_the_function_to_refuse() -> None:
    """Zero words are asked for as given, so that the function's own refusal is seen."""
    assert request(parse(["A fox", "--words", "0"]), EMBEDDED)["length"] == {"words": 0}


def test_an_unknown_genre_is_refused_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An unknown genre ends the command before anything starts, and lists those there are."""
    with pytest.raises(SystemExit):
        parse(["A fox", "--genre", "western"])
    assert "fairy-tale" in capsys.readouterr().err


@pytest.mark.server
@needs_proc
def test_a_story_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    """A story is told by the embedded model on the whole stack, and no process or file is left."""
    told = subprocess.run(
        [sys.executable, "-m", "scripts.local.tell", "A fox", "--json", "--words", "60"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": "functions", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["status"] == "completed"
    assert (marked(str(tmp_path)), list(tmp_path.iterdir())) == (set(), [])
