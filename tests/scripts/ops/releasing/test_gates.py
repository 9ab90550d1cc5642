from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scripts.ops.operations.outcome import Report, Verdict
from scripts.ops.operations.record import Kind, Record, State
from scripts.ops.releasing.gates import merge_gates, release_gates
from scripts.ops.releasing.github import PullRequest, Run
from scripts.ops.releasing.seen import Seen
from scripts.ops.releasing.version import read_version
from tests.scripts.ops.releasing.world import NOW

COMMIT = "c" * 40
PULL = PullRequest(1, "https://github.com/example/conteur/pull/1", "MERGED", COMMIT, approved=True)
RECORD = Record(
    id="1",
    kind=Kind.PREFLIGHT,
    environment="production",
    by="ada",
    reason="",
    commit=COMMIT,
    began=NOW,
    state=State.DONE,
    facts={"green": True},
)
DEPLOY = replace(
    RECORD, id="2", kind=Kind.DEPLOY, environment="staging", began=NOW - timedelta(hours=1)
)
VALIDATE = replace(RECORD, id="3", kind=Kind.VALIDATE, environment="staging")
STAGED = [VALIDATE, DEPLOY]
GREEN = Seen(
    version=read_version("1.0.0"),
    commit=COMMIT,
    now=NOW,
    pull=PULL,
    noted=True,
    staging=STAGED,
    checks=Run("completed", "success", "https://github.com/example/conteur/actions/runs/1"),
    preflights=[RECORD],
)


def _closed(report: Report) -> list[str]:
    return [each.key for each in report.failed]


def test_all_gates_of_a_release_are_open() -> None:
    """A release of which all is as it has to be passes each gate."""
    assert release_gates(GREEN).green


@pytest.mark.parametrize(
    ("gate", "seen"),
    [
        ("clean", {"changed": ["a"]}),
        ("branch", {"staged_branch": False}),
        ("merged", {"pull": replace(PULL, state="OPEN")}),
        ("approved", {"pull": replace(PULL, approved=False)}),
        ("main", {"follows_main": False}),
        ("version", {"wrong_files": ["pyproject.toml"]}),
        ("changelog", {"noted": False}),
        ("checks", {"checks": None}),
        ("checks", {"checks": Run("in_progress", "", "url")}),
        ("checks", {"checks": Run("completed", "failure", "url")}),
        ("validated", {"staging": []}),
        ("validated", {"staging": [DEPLOY]}),
        ("validated", {"staging": [replace(VALIDATE, state=State.FAILED), DEPLOY]}),
        ("validated", {"staging": [VALIDATE, replace(DEPLOY, commit="d" * 40)]}),
        ("preflight", {"preflights": []}),
        ("preflight", {"preflights": [replace(RECORD, commit="d" * 40)]}),
        ("preflight", {"preflights": [replace(RECORD, began=NOW - timedelta(hours=2))]}),
        ("preflight", {"preflights": [replace(RECORD, facts={"green": False})]}),
    ],
)
def test_each_gate_closes_alone(gate: str, seen: dict[str, Any]) -> None:
    """Whatever is not as it has to be closes its own gate, and says what to do."""
    report = release_gates(replace(GREEN, **seen))
    assert _closed(report) == [gate]
    assert report.failed[0].mend


def test_without_a_pull_request_nothing_is_merged_or_approved() -> None:
    """No pull request closes both of its gates."""
    assert _closed(release_gates(replace(GREEN, pull=None))) == ["merged", "approved"]


@pytest.mark.parametrize(
    ("gate", "seen"),
    [
        ("proposed", {"pull": replace(PULL, state="CLOSED")}),
        ("proposed", {"pull": replace(PULL, state="OPEN", draft=True)}),
        ("approved", {"pull": replace(PULL, state="OPEN", approved=False)}),
        ("checks", {"pull": replace(PULL, state="OPEN"), "checks": None}),
    ],
)
def test_each_gate_before_the_merge_closes_alone(gate: str, seen: dict[str, Any]) -> None:
    """Closed and draft pull requests, missing reviews and missing checks stop the merge."""
    assert _closed(merge_gates(replace(GREEN, **seen))) == [gate]


def test_books_out_of_reach_are_for_a_person_to_confirm() -> None:
    """Where records cannot be read, their gates ask a person, and are not open until then."""
    unread = replace(GREEN, unread="not read", staging=[], preflights=[])
    assert [each.key for each in release_gates(unread).open] == ["validated", "preflight"]
    assert release_gates(replace(unread, confirmed=["validated", "preflight"])).green


def test_a_confirmation_opens_no_gate_that_was_looked_at() -> None:
    """What the books say is not overruled by a person's word."""
    seen = replace(GREEN, staging=[], confirmed=["validated"])
    assert _closed(release_gates(seen)) == ["validated"]


def test_a_tag_that_is_out_needs_no_gate_any_more() -> None:
    """Once the tag is at the remote only that it is the right commit matters."""
    out = replace(GREEN, tagged_as=COMMIT, checks=None, staging=[])
    assert [each.verdict for each in release_gates(out).outcomes] == [Verdict.PASSED]
    other = release_gates(replace(GREEN, tagged_as="d" * 40))
    assert _closed(other) == ["tag"]
    assert "never moved" in other.failed[0].mend
