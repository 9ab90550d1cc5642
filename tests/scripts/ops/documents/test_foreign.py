"""The list of programs that are not ours."""

from scripts.ops.documents import foreign, markdown
from scripts.ops.documents.__main__ import ROOT
from scripts.ops.documents.commands import Shown, shown_by
from scripts.ops.documents.shown import RUNNERS


def test_every_program_says_why_it_is_not_asked() -> None:
    """What cannot be checked stands in one place, with its reason."""
    assert all(program.why for program in foreign.programs().values())


def test_no_program_of_the_pages_is_left_out() -> None:
    """Each command of every page is ours, npm's or Firebase's, or its program is on the list."""
    names = RUNNERS | foreign.programs().keys()
    shown = [each for page in markdown.pages(ROOT) for each in shown_by(page, names)]
    programs = {each.words[0] for each in shown if isinstance(each, Shown)}
    assert {name for name in programs - names if "/" not in name} == set()
    assert len(programs & foreign.programs().keys()) > 10
