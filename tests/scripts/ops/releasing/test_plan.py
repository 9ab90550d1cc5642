from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.ops.operations.errors import BusyError
from scripts.ops.operations.file_book import FileBook
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.record import Kind, Record
from scripts.ops.releasing.plan import Step, run
from tests.scripts.ops.releasing.world import NOW


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    record = Record(
        id="1",
        kind=Kind.RELEASE,
        environment="production",
        by="ada",
        reason="",
        commit="c0ffee",
        began=NOW,
    )
    return Journal(record, FileBook(tmp_path), lambda _: None, lambda: NOW)


def _step(title: str, do: Callable[[], str] = lambda: "yes") -> Step:
    return Step(title.lower(), title, f"do {title}", lambda: None, do)


def _raising(error: BaseException) -> Callable[[], str]:
    def do() -> str:
        raise error

    return do


def test_an_error_says_how_far_it_came(journal: Journal) -> None:
    """The steps that are done stand in the text, and those that are not, in their order."""
    steps = [_step("Branch"), _step("Push", _raising(BusyError("Theirs."))), _step("Pull request")]
    told = r"Theirs\.\nSteps that are done: Branch; that are not: Push, Pull request\."
    with pytest.raises(BusyError, match=told):
        run(steps, journal)


def test_ctrl_c_says_how_far_it_came(journal: Journal) -> None:
    """Stopped by a person, the text is the same, with what to do next."""
    steps = [_step("Branch", _raising(KeyboardInterrupt())), _step("Push")]
    told = r"Interrupted in the step Branch\. .*done: none; .*not: Branch, Push\. Give the command"
    with pytest.raises(KeyboardInterrupt, match=told):
        run(steps, journal)
