"""`scripts/config` against the real Firestore emulator."""

import os
import subprocess
import sys

import pytest

from conteur.adapters.firestore_config import DOCUMENT
from conteur.domain.knob_document import parse_knobs
from scripts.ops.config import ROOT
from scripts.ops.config_rules import find_rules
from scripts.ops.place import find_place
from tests.scripts.ops.config_operator import DONE, REFUSED, Operator

pytestmark = pytest.mark.server

MODEL = "smollm2-135m-instruct"


def test_before_anything_was_turned(ada: Operator) -> None:
    """Every knob is as the settings say, and there is no history."""
    knobs = ada.json("get")["knobs"]
    assert {knob["from"] for knob in knobs.values()} == {"settings"}
    assert knobs["models"]["value"] == [MODEL]
    assert ada.json("history") == []


def test_a_knob_is_turned(ada: Operator) -> None:
    """What is set stands in the document, with who, when and why, and the functions take it."""
    assert ada.set("generation.enabled=false", "limits.storiesPerDay=30", reason="down") == DONE
    assert ada.fields() == {"generation": {"enabled": False}, "limits": {"storiesPerDay": 30}}
    got = ada.json("get")
    knob = got["knobs"]["limits.storiesPerDay"]
    assert (got["revision"], knob["value"], knob["from"]) == (1, 30, "document")
    assert (knob["changedBy"], knob["reason"]) == ("ada@example.com", "down")
    assert knob["changedAt"].endswith("+00:00")


def test_every_knob_can_be_turned(ada: Operator) -> None:
    """Each knob is written so that the functions' own reader takes it."""
    turned = {
        "generation.retryAfterSec": "60",
        "models": MODEL,
        "limits.storiesPerDay": "1",
        "limits.storiesAtOnce": "1",
        "limits.anonymousStoriesPerDay": "0",
        "limits.anonymousStoriesAtOnce": "2",
        "limits.newStoriesPerDay": "1",
        "limits.newStoriesAtOnce": "2",
        "limits.networkStoriesPerDay": "100",
        "limits.budgetUsdPerDay": "12.5",
        "deadlineSec": "20",
        "moderation": "openai",
        "prompt.version": "story-3",
        "prompt.percent": "5",
    }
    assert ada.set(*(f"{name}={value}" for name, value in turned.items())) == DONE
    place = find_place(ROOT, ada.project, os.environ, local=False)
    rules = find_rules(ROOT, place, os.environ)
    parsed = parse_knobs(ada.fields(), rules.usual, rules)
    assert (parsed.problems, parsed.knobs.budget_micros) == ((), 12_500_000)
    knobs = ada.json("get")["knobs"]
    assert {name for name, knob in knobs.items() if knob["from"] == "document"} == turned.keys()


def test_before_and_after_are_shown(ada: Operator) -> None:
    """A change is a table of each knob's value before and after."""
    ada.set("limits.storiesPerDay=30")
    assert "limits.storiesPerDay  20 (settings)  30\n" in ada.told()
    ada.run("set", "--unset", "limits.storiesPerDay", "--reason", "enough")
    assert "limits.storiesPerDay  30      20 (settings)\n" in ada.told()
    assert ada.fields() == {}


def test_a_dry_run_writes_nothing(ada: Operator) -> None:
    """--dry-run shows the change and leaves document and history alone."""
    assert ada.run("set", "deadlineSec=20", "--dry-run") == DONE
    assert "Nothing was written (--dry-run)." in ada.told()
    assert (ada.fields(), ada.records()) == ({}, [])


def test_setting_what_is_set(ada: Operator) -> None:
    """A change that changes nothing leaves no record."""
    ada.set("deadlineSec=20")
    assert ada.set("deadlineSec=20") == DONE
    assert len(ada.records()) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["deadlineSec=99"], "- deadlineSec must be a number from 5 to 50"),
        (["deadlineSec=soon"], "- deadlineSec must be a number from 5 to 50"),
        (["generation.enabled=off"], "- generation.enabled must be true or false"),
        (
            ["models=gpt-9"],
            f"- models must be a list of different models that have a price: {MODEL}",
        ),
        (["moderation=on"], "- moderation must be one of off, openai"),
        (["prompt.percent=5"], "- prompt.version must be there: prompt.percent is its share"),
        (["prompt.version=story-9"], "- prompt.version must be one of story-2, story-3"),
        (["generation.enabled"], "is no KNOB=VALUE such as generation.enabled=false"),
        (["limits.storyPerDay=1"], "Did you mean limits.storiesPerDay?"),
        (["--unset", "xyz"], "'xyz' is no knob. There are generation.enabled, "),
    ],
)
def test_what_the_functions_would_refuse(ada: Operator, arguments: list[str], told: str) -> None:
    """A bad value is refused with its rule, and nothing of the change is written."""
    assert ada.set("limits.storiesPerDay=30", *arguments) == REFUSED
    assert told in ada.refused()
    assert (ada.fields(), ada.records()) == ({}, [])


def test_the_kill_switch_works_beside_what_is_bad(ada: Operator) -> None:
    """What a hand has written wrong hinders no change of something else, and get tells of it."""
    ada.write_by_hand({"limits": {"storiesPerDay": "many"}, "strange": 1})
    assert ada.set("generation.enabled=false") == DONE
    got = ada.json("get")
    assert [problem["knob"] for problem in got["problems"]] == ["limits.storiesPerDay", "strange"]
    assert got["knobs"]["limits.storiesPerDay"]["from"] == "settings"
    assert ada.set("limits.storiesPerDay=several") == REFUSED


@pytest.mark.parametrize(
    ("prompt", "percent", "where"),
    [
        ({"version": "story-3"}, 100, ["document", "settings"]),
        ({"version": "story-3", "percent": 5}, 5, ["document", "document"]),
        ({"version": "story-9", "percent": 5}, None, ["settings", "settings"]),
        ({"percent": 5}, None, ["settings", "settings"]),
    ],
)
def test_a_share_is_shown_with_its_version(
    ada: Operator, prompt: dict[str, object], percent: int | None, where: list[str]
) -> None:
    """Version and percent are in force together or not at all."""
    ada.write_by_hand({"prompt": prompt})
    knobs = ada.json("get")["knobs"]
    assert knobs["prompt.percent"]["value"] == percent
    assert [knobs[name]["from"] for name in ("prompt.version", "prompt.percent")] == where


def test_what_is_strange_can_be_taken_out(ada: Operator) -> None:
    """--unset removes names that no knob has, one with a dot too, and whole sections."""
    ada.write_by_hand(
        {"limits.storiesPerDay": 5, "strange": 1, "limits": {"typo": 1}, "models": []}
    )
    unset = [f"--unset={name}" for name in ("limits.storiesPerDay", "strange", "limits")]
    assert ada.set(*unset, f"models={MODEL}") == DONE
    assert ada.fields() == {"models": [MODEL]}


def test_a_section_that_was_no_map(ada: Operator) -> None:
    """A knob can be set in a section that a hand has made something else."""
    ada.write_by_hand({"generation": "off"})
    assert ada.set("generation.enabled=false") == DONE
    assert ada.fields() == {"generation": {"enabled": False}}


def test_the_history(ada: Operator) -> None:
    """Changes are told newest first: when, who, why and what."""
    ada.set("deadlineSec=20", reason="slow")
    ada.set("deadlineSec=25", "models=" + MODEL, reason="slower")
    newest, oldest = ada.json("history")
    assert (newest["revision"], newest["changedBy"]) == (2, "ada@example.com")
    assert newest["changes"][0] == {"knob": "models", "before": None, "after": [MODEL]}
    assert oldest["changes"] == [{"knob": "deadlineSec", "before": None, "after": 20}]
    assert [entry["reason"] for entry in ada.json("history", "-n", "1")] == ["slower"]
    assert ada.records() == ["00000001", "00000002"]
    ada.run("history")
    assert "ada@example.com: slower\n      models: (settings) -> " in ada.told()


def test_a_change_by_hand_is_seen(ada: Operator) -> None:
    """A value that no command wrote is not told as somebody's change."""
    ada.set("deadlineSec=20")
    ada.write_by_hand({"deadlineSec": 25})
    ada.run("get")
    assert "25                     document  not by scripts/config\n" in ada.told()


def test_a_document_that_was_deleted(ada: Operator) -> None:
    """Revisions go on from the history where the document is gone."""
    ada.set("deadlineSec=20")
    ada.store.client.document(DOCUMENT).delete()
    assert ada.set("deadlineSec=21") == DONE
    assert ada.records() == ["00000001", "00000002"]


def test_a_process_of_its_own(ada: Operator, firestore_host: str) -> None:
    """The command speaks on standard output, and knows who ran it."""
    drill = ("generation.enabled=false", "--reason", "a drill")
    done = subprocess.run(
        [sys.executable, "-m", "scripts.ops.config", "set", "-P", ada.project, *drill],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "functions", "FIRESTORE_EMULATOR_HOST": firestore_host},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (DONE, "")
    assert "generation.enabled  true (settings)  false" in done.stdout
    assert ada.json("history")[0]["changedBy"]
