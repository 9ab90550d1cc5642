"""What to do next, by reason, about one very request."""

import re
import shlex
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from conteur.catalogue.terms import OpenAIFailure, Phase
from scripts.ops import config, diagnose, logs, metrics, steps, users
from scripts.ops.diagnosis.entries import entries
from scripts.ops.diagnosis.runbooks import FOLDER, NONE, RUNBOOKS, Task, runbook_of, tasks_of
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import findings

ROOT = Path(__file__).resolve().parents[4]
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


def tasks(reason: str, named: str = scenes.ID, **facts: object) -> tuple[Task, ...]:
    return tasks_of(
        findings(*scenes.failed(reason, "call.failed", **facts)).verdict, named, scenes.WORDS
    )


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
    assert runbook_of(findings(*scenes.failed("AUTH_UNAVAILABLE")).verdict) == ""
    assert runbook_of(findings(*scenes.bug()).verdict) == "docs/procedures/error-rate.md"


@pytest.mark.parametrize(("reason", "facts"), CASES)
def test_each_command_can_be_run_as_it_stands(reason: str, facts: dict[str, str]) -> None:
    """No placeholder is left in it, and it names a command that is there."""
    for task in tasks(reason, **facts):
        assert not re.search(r"[{}]", task.command)
        first = shlex.split(task.command)[0]
        assert first == "npx" or (ROOT / first).is_file()


@pytest.mark.parametrize(("reason", "facts"), CASES)
def test_the_commands_take_their_arguments(reason: str, facts: dict[str, str]) -> None:
    """A knob, a signal or an option that is gone would end the process here."""
    for task in tasks(reason, **facts):
        command, *arguments = shlex.split(task.command)
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
