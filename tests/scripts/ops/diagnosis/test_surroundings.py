"""Looking around: what fails is said."""

from pathlib import Path

from scripts.ops.diagnosis.around.where import NOT_IN_A_FILE, Where
from scripts.ops.diagnosis.search import KeptLog
from scripts.ops.diagnosis.surroundings import look_around
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.query import Query
from tests.scripts.ops.diagnosis import scenes

ROOT = Path(__file__).resolve().parents[4]
NOWHERE = Where(ROOT, None, {}, local=False)


class BrokenLog(KeptLog):
    """A log that fails as nobody foresaw."""

    def newest(self, query: Query, limit: int) -> list[Line]:
        """Fail, whatever is asked for."""
        del query, limit
        raise ValueError("a surprise")


def test_a_file_has_its_lines_and_no_place() -> None:
    """What the log tells is told; metrics and changes are said to be out of reach."""
    case = scenes.case(*scenes.bug())
    looked = look_around(case, KeptLog(case.lines), NOWHERE, scenes.LATER, has_place=False)
    without = [name for name, it in looked.items() if it.problem == NOT_IN_A_FILE]
    assert without == ["metrics", "changes"]
    assert looked["dependencies"].lines


def test_a_look_that_fails_as_nobody_foresaw_is_told() -> None:
    """The report is needed most when much is broken."""
    case = scenes.case(*scenes.bug())
    looked = look_around(case, BrokenLog(()), NOWHERE, scenes.LATER, has_place=False)
    assert looked["others"].problem == "ValueError: a surprise"


def test_rows_are_there_for_programs_too() -> None:
    """With the fields that they are made of."""
    case = scenes.case(*scenes.failed("OPENAI_ERROR", kind="key"))
    looked = look_around(case, KeptLog(case.lines), NOWHERE, scenes.LATER, has_place=False)
    first = looked["dependencies"].rows[0]
    assert (first["dependency"], first["during"]) == ("OpenAI", 2)
