import json
import sys

import pytest

from scripts.local.errors import LocalStackError
from scripts.ops.logbook.functions import UnknownFunctionError
from scripts.ops.logbook.log_errors import LogError
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.operations.ending import AGAIN, ended
from scripts.ops.operations.errors import BusyError, RefusedError, WentBackError
from scripts.ops.place import PlaceError
from scripts.ops.plan import PlanError

WRONG = (
    (RefusedError("It is so."), 2),
    (BusyError("It is so."), 3),
    (WentBackError("It is so."), 5),
    (PlaceError("It is so."), 2),
    (UnknownFunctionError("It is so."), 2),
    (LocalStackError("It is so."), 2),
    (PlanError("It is so."), 2),
    (LogError("It is so."), 4),
    (QueryError("It is so."), 4),
    (KeyboardInterrupt("It is so."), 130),
)


def _raising(error: BaseException, document: str = "") -> int:
    sys.stdout.write(document)
    raise error


@pytest.mark.parametrize(("error", "code"), WRONG)
def test_an_error_is_told_to_people(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every error that a command knows is its text on standard error, and its exit code."""
    assert ended(lambda: _raising(error), as_json=False) == code
    assert capsys.readouterr() == ("", "It is so.\n")


@pytest.mark.parametrize(("error", "code"), WRONG)
def test_an_error_is_told_to_programs(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --json every error is one object, with text and exit code, and the text beside it."""
    assert ended(lambda: _raising(error), as_json=True) == code
    told = capsys.readouterr()
    assert json.loads(told.out) == {"error": "It is so.", "exitCode": code}
    assert told.err == "It is so.\n"


def test_a_document_stays_the_only_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that printed its document before it refuses prints no second object."""
    error = RefusedError("It is so.")
    assert ended(lambda: _raising(error, '{"green": false}\n'), as_json=True) == 2
    assert capsys.readouterr() == ('{"green": false}\n', "It is so.\n")


@pytest.mark.parametrize("as_json", [False, True])
def test_what_goes_well_is_left_alone(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
    """A command's own exit code and output are as they were."""

    def run() -> int:
        sys.stdout.write("{}\n")
        return 1

    assert ended(run, as_json=as_json) == 1
    assert capsys.readouterr() == ("{}\n", "")


@pytest.mark.parametrize(
    ("more", "told"), [({}, AGAIN), ({"interrupted": "Give --resume."}, "Give --resume.")]
)
def test_ctrl_c_says_what_to_do(
    more: dict[str, str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C ends with 130 and one sentence, the command's own where it has one."""
    assert ended(lambda: _raising(KeyboardInterrupt()), as_json=False, **more) == 130
    assert capsys.readouterr().err == f"{told}\n"


def test_a_defect_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """An error that no command knows is not hidden, nor is what was printed before it."""
    with pytest.raises(ZeroDivisionError):
        ended(lambda: _raising(ZeroDivisionError(), "{}\n"), as_json=True)
    assert capsys.readouterr().out == "{}\n"
