"""What to do next, by reason, about one very request."""

import json
import re
import shlex
from argparse import Namespace
from collections.abc import Callable
from itertools import dropwhile
from pathlib import Path

import pytest

from conteur.catalogue.terms import OpenAIFailure, Phase
from scripts.ops import config, diagnose, logs, metrics, steps, users
from scripts.ops.diagnosis import report
from scripts.ops.diagnosis.entries import entries
from scripts.ops.diagnosis.incident import record
from scripts.ops.diagnosis.runbooks import (
    FOLDER,
    NONE,
    RUNBOOKS,
    Task,
    Words,
    runbook_of,
    tasks_of,
)
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import findings

ROOT = Path(__file__).resolve().parents[4]
REAL = re.compile(r"-P (?!PROJECT\b)\S+")  # what names a project
PARSERS: dict[str, Callable[[list[str]], Namespace]] = {
    "scripts/config": config.parse,
    "scripts/diagnose": lambda arguments: diagnose.parse(arguments, scenes.LATER),
    "scripts/logs": lambda arguments: logs.parse(arguments, scenes.LATER),
    "scripts/metrics": metrics.parse,
    "scripts/steps": steps.parse,
    "scripts/users": users.parse,
}
DETAILS = {
    "OPENAI_ERROR": [{"kind": kind.value} for kind in OpenAIFailure],
    "TIMEOUT": [{"phase": phase.value} for phase in Phase],
}
CASES = [(reason, facts) for reason in sorted(entries()) for facts in DETAILS.get(reason, [{}])]


PLACES = {"local": scenes.LOCALLY, "file": scenes.OF_A_FILE, "project": scenes.WORDS}


def tasks(
    reason: str, named: str = scenes.ID, words: Words = scenes.WORDS, **facts: object
) -> tuple[Task, ...]:
    verdict = findings(*scenes.failed(reason, "call.failed", **facts)).verdict
    return tasks_of(verdict, named, words)


def given(command: str) -> list[str]:
    """Return a command's arguments, without the variables that are set for it."""
    return [*dropwhile(lambda part: re.match(r"[A-Z_]+=", part), shlex.split(command))]


def test_each_reason_that_is_ours_has_a_runbook_or_is_said_to_have_none() -> None:
    """Nothing that counts as our failure is forgotten, and no reason is made up."""
    assert {reason for reason, entry in entries().items() if entry.ours} <= {*RUNBOOKS}
    assert {*RUNBOOKS} <= {*entries()}


@pytest.mark.parametrize("name", sorted({*RUNBOOKS.values()} - {NONE}))
def test_each_runbook_is_there(name: str) -> None:
    """In both languages that procedures are written in."""
    assert (ROOT / FOLDER / name).is_file()


def test_a_reason_without_a_runbook_names_none() -> None:
    """Rather than a page that does not help."""
    assert runbook_of(findings(*scenes.failed("MAIL_UNSENT")).verdict) == ""
    assert runbook_of(findings(*scenes.bug()).verdict) == "docs/procedures/error-rate.md"


@pytest.mark.parametrize("reason", ["SECRET_UNAVAILABLE", "AUTH_UNAVAILABLE"])
def test_a_runbook_has_a_row_for_its_reason(reason: str) -> None:
    """Whoever is led there finds it."""
    path = runbook_of(findings(*scenes.failed(reason)).verdict)
    assert reason in (ROOT / path).read_text()


@pytest.mark.parametrize("place", ["local", "file"])
@pytest.mark.parametrize(("reason", "facts"), CASES)
def test_no_project_is_named_that_was_not_meant(
    reason: str, facts: dict[str, str], place: str
) -> None:
    """Neither by a command nor by the catalogue's advice: it could change another one."""
    lines = scenes.failed(reason, "call.failed", **facts)
    found = findings(*lines, words=PLACES[place])
    assert not REAL.search(report.text(found))
    assert not REAL.search(json.dumps(report.document(found)))
    assert not REAL.search(record(found))
    assert not re.search("npx|gcloud.*set", " ".join(t.command for t in found.tasks)) or (
        place == "file"
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("reason", "facts"), CASES)
def test_each_command_can_be_run_as_it_stands(
    reason: str, facts: dict[str, str], place: str
) -> None:
    """No placeholder is left in it, and it names a command that is there."""
    for task in tasks(reason, words=PLACES[place], **facts):
        assert not re.search(r"[{}]", task.command)
        first = given(task.command)[0]
        assert first == "npx" or (ROOT / first).is_file()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("reason", "facts"), CASES)
def test_the_commands_take_their_arguments(reason: str, facts: dict[str, str], place: str) -> None:
    """A knob, a signal or an option that is gone would end the process here."""
    for task in tasks(reason, words=PLACES[place], **facts):
        command, *arguments = given(task.command)
        options = PARSERS[command](arguments) if command in PARSERS else Namespace()
        if command == "scripts/metrics":
            assert metrics.chosen(options.of, options.names)


def test_the_next_step_is_of_that_time_and_that_request() -> None:
    """An hour later `the last hour` would show another hour."""
    commands = [task.command for task in tasks("TIMEOUT", phase="idle")]
    span = "--since 2026-11-22T09:50:00 --until 2026-11-22T10:10:02"
    assert f"scripts/logs -P production --event call.timeout {span}" in commands
    assert commands[-1] == f"scripts/logs -P production --request {scenes.ID} {span}"


def test_a_phase_has_its_own_commands() -> None:
    """Firestore's time-outs are looked up with Firestore's events."""
    assert "store.failed" in tasks("TIMEOUT", phase="admission")[0].command


def test_an_id_is_quoted_for_the_shell() -> None:
    """It comes from a stranger's complaint."""
    raw = tasks("BUG", "x; rm -rf ~")[-1].command
    assert shlex.split(raw)[4] == "x; rm -rf ~"
