"""The runbooks in English and in French."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.local.commands import EMBEDDED_NAME
from scripts.ops.monitoring.alert import Alert, read_alerts
from tests.procedures.commands import Console, module_of
from tests.procedures.runbook import PAGES, ROOT, Runbook
from tests.procedures.stack import AT_ONCE

NAMES = sorted(page.stem for page in PAGES.glob("*.md"))
LANGUAGES = ("en", "fr")
ALERTS = read_alerts(ROOT)
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(#[^)]*)?\)")
ITALICS = re.compile(r"(?<!\*)\*(?!\*)([^*]+)\*(?!\*)")
SYNONYMS = re.compile(r"\b(?:jetons?|raisons?|(?:r[ée])?essais?)\b", re.IGNORECASE)
SUBJECT = re.compile(r"^scripts/\w+(?: [a-z]+)?")
A_DAY, FAR = "--since 24h", "-n 10000"
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


@pytest.mark.parametrize("name", NAMES)
def test_a_word_for_each_thing(name: str) -> None:
    """In French too a token, a reason and a retry have one name on all pages."""
    assert not SYNONYMS.findall(Runbook.named(name, "fr").text)


@pytest.mark.parametrize("name", NAMES)
def test_a_day_is_counted_far_enough(name: str) -> None:
    """What counts the lines of a day does not end at the last minutes."""
    counting = [each for each in Runbook.named(name).commands if A_DAY in each and "jq" in each]
    assert all(FAR in each for each in counting)


def test_what_is_otherwise_on_the_local_stack_is_told() -> None:
    """The README names each command that has no `--local`, and the one model with a price there."""
    pages = (Runbook.named(name) for name in NAMES if name != "README")
    told = {code for page in pages for code in (*page.commands, *page.codes)}
    subjects = sorted({found[0] for code in told if (found := SUBJECT.match(code))})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        helps = pool.map(lambda subject: Console({}).run(f"{subject} --help"), subjects)
    others = {help_.command.split()[0] for help_ in helps if "--local" not in help_.text}
    assert others == {"scripts/migrate", "scripts/rollback", "scripts/steps", "scripts/validate"}
    assert {*others, EMBEDDED_NAME} <= {*Runbook.named("README").codes}


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
