"""What Prometheus is told: the newest values, and the beginning of each counter."""

import subprocess

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.prometheus import find_promtool
from scripts.local.watch.exposition import GAP_SECONDS, SCRAPE_SECONDS, Exposition
from scripts.local.watch.picture.instances import Clock
from scripts.local.watch.samples import samples_of
from tests.scripts.local.watch.series import IN_TEXT, counted, spread


class Scraped:
    """An exposition whose clock moves by one scrape each time."""

    def __init__(self) -> None:
        self.clock = Clock(1_000.0)
        self._exposition = Exposition(self.clock)

    def text(self, *series: object) -> str:
        text = self._exposition.text([sample for each in series for sample in samples_of(each)])
        self.clock.now += SCRAPE_SECONDS
        return text

    def value(self, *series: object) -> float:
        return float(self.text(*series).split()[-1])


@pytest.fixture
def scraped() -> Scraped:
    return Scraped()


def test_a_line_has_name_labels_and_value(scraped: Scraped) -> None:
    """A gauge is exposed as it stands, its labels in order."""
    name = "custom_googleapis_com:conteur_memory_used_percent"
    assert (
        scraped.text(counted("memory/used_percent", 40))
        == f"{name}{{{IN_TEXT.format('', '')}}} 40\n"
    )


def test_a_new_counter_begins_at_0(scraped: Scraped) -> None:
    """A counter that is seen for the first time is 0 for one scrape, then what it is."""
    values = [scraped.value(counted("story/leaks_stopped", 7)) for _ in range(3)]
    assert values == [0, 7, 7]


def test_whoever_else_looks_takes_no_beginning_away(scraped: Scraped) -> None:
    """A second reader at the same time sees the beginning too."""
    first = scraped.value(counted("story/leaks_stopped", 7))
    scraped.clock.now -= SCRAPE_SECONDS
    assert (first, scraped.value(counted("story/leaks_stopped", 7))) == (0, 0)


def test_a_counter_that_was_away_goes_on_from_what_it_had(scraped: Scraped) -> None:
    """After a gap the last value is exposed once more, so that what came since is a rise."""
    before = [scraped.value(counted("story/leaks_stopped", 7)) for _ in range(2)]
    scraped.clock.now += GAP_SECONDS
    after = [scraped.value(counted("story/leaks_stopped", 9)) for _ in range(2)]
    assert (before, after) == ([0, 7], [7, 9])


@pytest.mark.parametrize(("away", "exposed"), [(15, 9), (20, 7)])
def test_three_scrapes_are_no_gap_and_four_are(scraped: Scraped, away: int, exposed: int) -> None:
    """A counter that was away for up to 15 seconds goes on as if it had not been."""
    for _ in range(2):
        scraped.value(counted("story/leaks_stopped", 7))
    scraped.clock.now += away - SCRAPE_SECONDS
    assert scraped.value(counted("story/leaks_stopped", 9)) == exposed


def test_a_counter_that_began_anew_while_away_is_0(scraped: Scraped) -> None:
    """After a gap and a reset a counter begins at 0."""
    for _ in range(2):
        scraped.value(counted("story/leaks_stopped", 7))
    scraped.clock.now += GAP_SECONDS
    assert scraped.value(counted("story/leaks_stopped", 3)) == 0


def test_what_is_away_is_not_exposed(scraped: Scraped) -> None:
    """A series without a point in the look-back is left out, as PromQL would."""
    scraped.value(counted("story/leaks_stopped", 7))
    assert scraped.text() == ""


def test_a_label_cannot_break_its_line(scraped: Scraped) -> None:
    """Quotes, backslashes and line ends in a label's value are escaped."""
    text = scraped.text(counted("model/circuit_state", 1, model='a"b\\c\nd'))
    assert r'model="a\"b\\c\nd"' in text
    assert text.count("\n") == 1


def test_promtool_reads_it(scraped: Scraped) -> None:
    """The real parser takes all of it."""
    promtool = find_promtool(ROOT)
    if promtool is None:
        pytest.skip("Prometheus is missing: run scripts/setup")
    text = scraped.text(
        counted("story/swept", 3, result='a"b\\c\nd'),
        spread("story/words", 2, 3, mean=100, bounds=(50, 100)),
    )
    argv = [str(promtool), "check", "metrics", "--extended"]
    checked = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
    assert "error while linting" not in checked.stderr
    assert "custom_googleapis_com:conteur_story_words_bucket" in checked.stdout + checked.stderr
