"""`scripts/validate`: what it refuses, says and looks at, without and with a running stack."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.model_choice import ModelChoice
from scripts.local.progress import Progress
from scripts.local.prometheus import find_prometheus
from scripts.local.stack import Stack, local_stack
from scripts.local.watch.running import watched
from scripts.ops import validate
from scripts.ops.operations.audit import opened_book
from scripts.ops.operations.outcome import Outcome, Report, Verdict
from scripts.ops.operations.record import Kind, State
from scripts.ops.operations.site import find_site
from scripts.ops.validation.course import COURSE, GROUPS
from tests.faults.mock_model import mock_model
from tests.scripts.local.conftest import open_folder
from tests.scripts.ops.operations.made_up import MemoryBook

__all__ = ["open_folder"]  # a fixture

MODEL = "gpt-test"


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = validate.main([*arguments])
    return code, *capsys.readouterr()


def test_a_dry_run(capsys: pytest.CaptureFixture[str]) -> None:
    """It says what it would look at, and asks nobody."""
    code, out, _ = told(capsys, "production", "--dry-run", "--without", "alert,store")
    assert code == 0
    assert "Would look at production (conteur-production)" in out
    assert "A story, streamed" in out
    assert "test alert" not in out
    assert "Nothing was done" in out


def test_a_url(capsys: pytest.CaptureFixture[str]) -> None:
    """The URL of a project's Hosting means its environment."""
    _, out, _ = told(capsys, "https://conteur-staging.web.app", "--dry-run", "--tag", "canary")
    assert "staging (conteur-staging) by the traffic tag canary" in out


def test_a_strange_url(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody else's URL is refused, and nothing is looked at."""
    code, _, err = told(capsys, "https://example.com")
    assert (code, "nothing was looked at" in err) == (2, True)


@pytest.mark.parametrize(
    "wrong",
    [["staging", "--calls", "0"], ["staging", "--calls", "101"], ["staging", "--without", "x"], []],
)
def test_asked_for_wrongly(wrong: list[str]) -> None:
    """Numbers and groups that do not exist end with 2."""
    with pytest.raises(SystemExit, match="2"):
        validate.main(wrong)


def test_no_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no local stack runs it says how to start one."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, _, err = told(capsys, "local")
    assert (code, "scripts/dev" in err) == (2, True)


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> MemoryBook:
    """A book in memory, and a service of which everything that is looked at is well."""
    made = MemoryBook()
    monkeypatch.setattr(validate, "opened_book", lambda _: nullcontext(made))
    passed = Outcome("health", "Health", Verdict.PASSED, "ok")
    monkeypatch.setattr(validate, "validate", lambda *_: Report([passed]))
    return made


@pytest.mark.parametrize("more", [(), ("--without", ",".join(GROUPS)), ("--tag", "canary")])
def test_only_a_whole_one_is_kept_as_green(
    book: MemoryBook, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    """Who leaves a part out, or looks by a tag, is told so; no release goes on by that."""
    code, out, err = told(capsys, "staging", *more)
    assert code == 0, err
    green = not more
    (record,) = book.newest(Kind.VALIDATE)
    assert (record.facts["green"], record.facts["partial"]) == (green, not green)
    assert ("partial: not kept as green" in out) is not green
    code, out, _ = told(capsys, "staging", "--json", *more)
    assert (code, json.loads(out)["green"]) == (0, green)


@pytest.fixture
def stack(open_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """Run the whole local stack, with its Prometheus."""
    if find_prometheus(ROOT) is None:
        pytest.skip("no Prometheus: scripts/setup says how to get it")
    monkeypatch.setattr("tempfile.tempdir", str(open_folder))
    with mock_model(tmp_path) as model:
        model.tells("The keeper of the lighthouse counted every star. " * 7)
        prices = {"OPENAI_PRICES": f"{MODEL}:1/2@2026-01-01"}
        choice = ModelChoice(
            "sk-test-key-of-nobody", f"http://{model.address}/v1", MODEL, settings=prices
        )
        with local_stack(choice, Progress(), with_store=True) as running, watched(running) as page:
            page.wait_until_ready()
            yield running


@pytest.mark.server
def test_a_running_stack(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """All is green, the record is kept, and nothing is left of the synthetic user."""
    del stack
    code, out, err = told(capsys, "local", "--json")
    assert code == 0, err
    said = json.loads(out)
    titles = [each.title for each in COURSE if each.title]
    assert [each["title"] for each in said["outcomes"]][: len(titles)] == titles
    assert {each["verdict"] for each in said["outcomes"]} == {"passed"}
    with opened_book(find_site(ROOT, "local", {})) as book:
        (record,) = book.newest(Kind.VALIDATE)
    assert (record.id, record.state, record.facts["green"]) == (said["id"], State.DONE, True)
