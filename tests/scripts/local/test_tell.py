"""`scripts/tell` asks for what it was told to, and tells it."""

import json
import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest

from conteur.domain.story_request import Audience, Genre
from scripts.local.firebase_project import ROOT
from scripts.local.model_choice import ModelChoice, choose_model
from scripts.local.tell import main, parse, request
from tests.scripts.local.marked import marked, needs_proc

EMBEDDED = choose_model({})
OPENAI = ModelChoice("test-key")
LIMIT = 120.0
"""Seconds."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, where a stack that starts would leave a trace."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


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


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["A fox", "--words", "10"], "length.words: must be 50 to 1,200"),
        (["A fox", "--words", "0"], "length.words: must be 50 to 1,200"),
        ([""], "prompt: must not be empty: send 1 to 2,000 characters"),
    ],
)
def test_what_the_function_would_refuse_is_refused_before_anything_starts(
    arguments: list[str], problem: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A request that the product refuses ends the command at once, with the product's words."""
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"scripts/tell: error: {problem}\n"
    assert list(folder.iterdir()) == []


def test_an_unknown_language_is_refused_without_a_word_on_the_model(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A language that the product does not know is told as that, and as nothing else."""
    assert main(["A fox", "--language", "xx"]) == 2
    assert capsys.readouterr().err.startswith("scripts/tell: error: language: must be one of fr,")


@pytest.mark.parametrize(("option", "known"), [("--genre", Genre), ("--audience", Audience)])
def test_an_unknown_choice_is_refused_with_the_known_ones(
    option: str, known: type[StrEnum], capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown genre or audience ends the command, and lists those there are, as typed."""
    with pytest.raises(SystemExit):
        parse(["A fox", option, "western"])
    assert f"(choose from {', '.join(repr(str(one)) for one in known)})" in capsys.readouterr().err


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
