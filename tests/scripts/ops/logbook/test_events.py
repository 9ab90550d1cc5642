"""The names of events, and what may be meant by others."""

from pathlib import Path

import pytest

from scripts.ops.logbook.events import event_names, strange_events
from scripts.ops.logs import ROOT


def test_names() -> None:
    """The names are those of the page's table of events, several of one row too."""
    names = event_names(ROOT)
    assert {"call.ended", "Store Publish timeout", "mail.failed", "mail.unnoted"} <= {*names}
    assert not {"reason", "call.began", "severity"} & {*names}


def test_a_page_with_one_event(tmp_path: Path) -> None:
    """Only the first cell of a row names events, and only below that heading."""
    (tmp_path / "docs").mkdir()
    page = "| `a` | b |\n\n## Events\n\n| `c.d` | `e` |\n\n## More\n\n| `f` | g |\n"
    (tmp_path / "docs/logs.md").write_text(page)
    assert event_names(tmp_path) == ("c.d",)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("call.ende", "Is it call.ended"),
        ("store publish", "Is it Store Publish"),
        ("xyz", "known here. docs/logs.md lists them."),
    ],
)
def test_a_strange_event(name: str, said: str) -> None:
    """The closest names are told, where there are any."""
    (told,) = strange_events(ROOT, ["call.ended", name])
    assert said in told
