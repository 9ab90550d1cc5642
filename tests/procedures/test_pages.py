"""The runbooks in English and in French."""

import re
from pathlib import Path

import pytest

from scripts.ops.monitoring.alert import Alert, read_alerts
from tests.procedures.commands import module_of
from tests.procedures.runbook import PAGES, ROOT, Runbook

NAMES = sorted(page.stem for page in PAGES.glob("*.md"))
LANGUAGES = ("en", "fr")
ALERTS = read_alerts(ROOT)
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(#[^)]*)?\)")
ITALICS = re.compile(r"(?<!\*)\*(?!\*)([^*]+)\*(?!\*)")
WRAPPER = re.compile(r"scripts/(\w+)(?![\w./])")


def test_there_is_a_french_page_for_each() -> None:
    """The same pages are there in both languages."""
    assert sorted(page.stem for page in (PAGES / "fr").glob("*.md")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_are_the_same(name: str) -> None:
    """Whoever follows the French page gives the very same commands."""
    assert Runbook.named(name, "fr").commands == Runbook.named(name).commands


@pytest.mark.parametrize("name", NAMES)
def test_what_is_looked_for_is_the_same(name: str) -> None:
    """Each alert, literal, knob and setting of one page is on the other, as often as there."""
    assert sorted(Runbook.named(name, "fr").codes) == sorted(Runbook.named(name).codes)


@pytest.mark.parametrize("name", NAMES)
def test_the_causes_are_the_same(name: str) -> None:
    """Row by row, what is seen is told by the same literals."""
    english, french = Runbook.named(name).causes, Runbook.named(name, "fr").causes
    assert [cause.sees for cause in french] == [cause.sees for cause in english]


@pytest.mark.parametrize("name", NAMES)
def test_the_headings_are_the_same(name: str) -> None:
    """Both pages have as many headings, of the same levels."""
    assert Runbook.named(name, "fr").headings == Runbook.named(name).headings


@pytest.mark.parametrize("name", NAMES)
def test_the_tiles_are_the_same(name: str) -> None:
    """The dashboard is in English: its tiles are named as they stand there."""
    tiles = [_tiles(Runbook.named(name, language)) for language in LANGUAGES]
    assert tiles[0] == tiles[1]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_somewhere(name: str, language: str) -> None:
    """A link of a runbook leads to a page that is there, and to a heading that it has."""
    page = Runbook.named(name, language)
    for path, anchor in LINK.findall(page.text):
        target = (page.path.parent / path).resolve() if path else page.path
        assert target.exists(), path
        assert not anchor or anchor[1:] in _anchors(target), f"{path}{anchor}"


@pytest.mark.parametrize("name", NAMES)
def test_commands_are_there(name: str) -> None:
    """Each command of ours is one."""
    page = Runbook.named(name)
    for wrapper in WRAPPER.findall(page.text):
        assert module_of(wrapper)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alert_has_its_runbook(alert: Alert, language: str) -> None:
    """Whoever was woken by a name finds that name on the page, in both languages."""
    page = Runbook.named(alert.runbook, language)
    assert {alert.name, f"_{alert.name.rpartition('_')[2]}"} & {*page.codes}


def _tiles(page: Runbook) -> list[str]:
    text = re.sub(r"```.*?```|\*\*[^*]+\*\*|`[^`]*`", "", page.text, flags=re.DOTALL)
    return sorted(" ".join(title.split()) for title in ITALICS.findall(text))


def _anchors(path: Path) -> set[str]:
    """Return the names by which GitHub links to a page's headings."""
    headings = (section.heading for section in Runbook(path).sections)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
