"""Which dependency an event tells of, held to what the product logs."""

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from conteur.errors import kinds
from scripts.ops.diagnosis.around.events import (
    CIRCUIT,
    ENDINGS,
    EVENTS,
    GOOGLE_SERVICES,
    IRRELEVANT,
    REASONS,
    STATES,
    Dependency,
    dependency_of,
    state_of,
)
from scripts.ops.logbook.requests import REQUESTS
from tests.scripts.ops.logbook.kept import line

PRODUCT = Path(__file__).parents[5] / "functions/conteur"
FORM = re.compile(r"[a-z_]+\.[a-z_]+")
BY_FIELD = {"google.call_failed"}
MAPPED = {*EVENTS, *ENDINGS, *BY_FIELD, CIRCUIT} - {""}


@cache
def modules() -> Sequence[ast.Module]:
    return [ast.parse(path.read_text()) for path in sorted(PRODUCT.rglob("*.py"))]


def events(*levels: str) -> set[str]:
    """Return what is logged; where a variable names it, all in its file that could be it."""
    found, possible, calm = set(), set(), set()
    for module in modules():
        for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
            match call:
                case ast.Call(ast.Attribute(ast.Name("logs"), level), [event, *_]):
                    named, its = _names(event, module)
                    calm |= named if level == "info" else set()
                case ast.Call(ast.Name("log"), [event, *_]):
                    level, (named, its) = levels[0], _names(event, module)
                case _:
                    continue
            found |= named if level in levels else set()
            possible |= its if level in levels else set()
    return found | (possible - calm)


def _names(event: ast.expr, module: ast.Module) -> tuple[set[str], set[str]]:
    """Return the event, or where a variable names it, each text that looks like one."""
    if isinstance(event, ast.Constant):
        return {str(event.value)}, set()
    texts = {node.value for node in ast.walk(module) if isinstance(node, ast.Constant)}
    return set(), {text for text in texts if isinstance(text, str) and FORM.fullmatch(text)}


def test_every_loud_event_is_known() -> None:
    """What is logged at WARNING or ERROR tells of a dependency, or is named as telling of none."""
    loud = events("warning", "error")
    assert {"model.attempt_timeout", "job.failed"} <= loud  # by a variable, of a level by one
    assert loud <= MAPPED | IRRELEVANT


def test_nothing_is_mapped_that_is_not_logged() -> None:
    """An event that the product gave up is given up here."""
    assert events("warning", "error", "info") >= MAPPED | IRRELEVANT | STATES.keys()
    assert not (EVENTS.keys() | ENDINGS) & IRRELEVANT


def test_every_service_of_google_is_known() -> None:
    """The services that are named where calls are repeated are those that are mapped."""
    named = set()
    for module in modules():
        for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
            match call:
                case ast.Call(ast.Name("repeated"), [_, _, ast.Constant(str(service))]):
                    named.add(service)
    assert named == GOOGLE_SERVICES.keys()


def test_the_reasons_are_the_catalogue_s() -> None:
    """A reason that no error has would never be met."""
    assert REASONS.keys() <= {error.reason for error in kinds()}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"event": "google.call_failed", "service": "firestore"}, Dependency.FIRESTORE),
        ({"event": "google.call_failed", "service": "secret_manager"}, Dependency.SECRETS),
        ({"event": "call.refused", "reason": "MEMORY_ERROR"}, Dependency.INSTANCE),
        ({"event": "call.refused", "reason": "USER_QUOTA"}, None),
        ({"event": "Retry attempt"}, Dependency.POSTGRES),
        ({"event": "Gating check blocked"}, None),
        ({}, Dependency.INSTANCE),
    ],
)
def test_what_a_line_tells_of(fields: dict[str, str], found: Dependency | None) -> None:
    """A line tells of one dependency, by its event and, where that says too little, a field."""
    assert dependency_of(line(**fields)) == (found and (found, ""))


def test_what_cloud_run_notes_of_requests_is_no_trouble_of_instances() -> None:
    """Each refusal is a warning there, without an event; what else it says is of the instance."""
    for log, found in (
        (REQUESTS, None),
        ("run.googleapis.com/varlog/system", (Dependency.INSTANCE, "")),
    ):
        assert dependency_of(replace(line(), log=log)) == found


def test_a_model_has_its_name() -> None:
    """OpenAI is told apart by its models; other dependencies' lines may name one as well."""
    told = line(event="model.attempt_failed", model="gpt-x")
    assert dependency_of(told) == (Dependency.MODEL, "gpt-x")
    assert dependency_of(line(event="story.unsaved", model="gpt-x")) == (Dependency.FIRESTORE, "")


def test_states() -> None:
    """A line may begin a state, or end it."""
    assert state_of(line(event="rate_limiter.down")) == ((Dependency.REDIS, ""), "down")
    assert state_of(line(event="rate_limiter.up")) == ((Dependency.REDIS, ""), "")
    assert state_of(line(event="call.ended")) is None
    for state, told in (("open", "circuit open"), ("closed", "")):
        circuit = line(event="model.circuit", model="gpt-x", state=state)
        assert state_of(circuit) == ((Dependency.MODEL, "gpt-x"), told)
