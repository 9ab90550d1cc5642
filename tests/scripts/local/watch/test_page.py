"""The page in Chromium: live from the stand-in, alerts by a real Prometheus."""

import pytest

from scripts.local.watch.prometheus_proxy import MISSING, SILENT
from tests.scripts.local.watch.browser import Browser
from tests.scripts.local.watch.watching import (
    HOSTILE,
    Watched,
    count_failures,
    count_refusals,
    log_an_error,
)

pytestmark = pytest.mark.server

ERROR_RATE = '.number[aria-label="Error rate"]'
ERROR_LINES = '.lines[aria-label="Error rate"]'
REFUSALS = '.lines[aria-label="Refusals a minute, by function and reason"]'
EXECUTION_TIME = '.lines[aria-label="Execution time"]'
BREAKER_CHANGES = '.lines[aria-label="Circuit breaker\'s changes in 24 hours"]'


def test_what_is_counted_is_seen_and_alerts_fire(watched: Watched, browser: Browser) -> None:
    """Figures, thresholds and firing alerts come up by themselves; all of it from loopback."""
    browser.open(watched.url)
    browser.shown("#alerts .quiet", "No alert fires")
    count_failures(watched.instance)
    browser.shown(f"{ERROR_RATE} .value", "33.3 %")
    browser.shown(f"{ERROR_RATE} .note", "P1: > 5 %")
    browser.shown(f"{EXECUTION_TIME} .threshold[data-severity=P1]", "P1 > 30 s")
    assert browser.text(f"{BREAKER_CHANGES} .empty", "no data") == "no data"
    row = browser.text("#alerts li.firing[data-severity=P1]", "stories_error_rate_p1")
    assert "firing, past its threshold since" in row
    assert "33.3 % (stories.error_rate > 5%)" in row
    assert "docs/procedures/error-rate.md" in row
    host = watched.url.split("/")[2]
    assert browser.noise() == {"console": [], "hosts": [host]}


def test_what_the_alerts_keep_silent_about_is_not_coloured(
    watched: Watched, browser: Browser
) -> None:
    """A value past its threshold, on fewer samples than an alert wants, is said to be so."""
    browser.open(watched.url)
    browser.shown("#alerts .quiet", "No alert fires")
    count_failures(watched.instance, of=6)
    browser.shown(f"{ERROR_RATE} .value", "33.3 %")
    # How many there are is extrapolated at first.
    assert browser.text(f"{ERROR_RATE} .note", "too few samples (").endswith(" of 20)")
    assert browser.text(f"{ERROR_LINES} .aside", "too few samples (").endswith(" of 20)")
    assert browser.count(f":is({ERROR_RATE}, {ERROR_LINES})[data-severity=P1]") == 0


def test_all_names_of_a_legend_can_be_seen(watched: Watched, browser: Browser) -> None:
    """A legend of many names says how many it does not show; a key shows and hides them."""
    browser.open(watched.url)
    browser.shown("#alerts .quiet", "No alert fires")
    count_refusals(watched.instance, number=8)
    browser.shown(f"{REFUSALS} .more", " more")
    assert not browser.fits(f"{REFUSALS} .u-legend")
    browser.press(f"{REFUSALS} .more", "Enter")
    browser.shown(f"{REFUSALS} .more[aria-expanded=true]", "fewer")
    assert browser.fits(f"{REFUSALS} .u-legend")
    browser.press(f"{REFUSALS} .more", "Enter")
    browser.shown(f"{REFUSALS} .more[aria-expanded=false]", " more")


def test_the_page_outlives_prometheus(watched: Watched, browser: Browser) -> None:
    """When Prometheus ends, the page says so and goes on with the metrics' totals."""
    browser.open(watched.url)
    browser.shown("#alerts .quiet", "No alert fires")
    count_failures(watched.instance)
    assert watched.prometheus is not None
    watched.prometheus.stop()
    browser.shown("#notice", SILENT)
    browser.shown(f"{ERROR_RATE} .value", "30")
    assert browser.count("#alerts:not([hidden])") == 0


def test_totals_are_drawn_without_prometheus(watched_alone: Watched, browser: Browser) -> None:
    """Without Prometheus the page shows totals, and says what is missing and how to get it."""
    count_failures(watched_alone.instance)
    browser.open(watched_alone.url)
    browser.shown("#notice", MISSING)
    browser.shown(f"{ERROR_RATE} .value", "30")
    browser.shown(f"{ERROR_RATE} .note", "total: executions")
    assert browser.text(f"{EXECUTION_TIME} .u-series", "execution seconds").endswith("30")
    assert browser.count(".threshold") == 0
    assert browser.noise()["console"] == []


def test_what_is_logged_is_text(watched_alone: Watched, browser: Browser) -> None:
    """The newest errors of the log are listed, and no word of theirs is markup."""
    browser.open(watched_alone.url)
    browser.shown(".logs .empty", "no errors yet")
    log_an_error(watched_alone.log, time="some day")
    assert browser.text("[data-log=ERROR] td:last-child") == HOSTILE
    assert browser.text("[data-log=ERROR] td:first-child") == "some day"
    assert browser.count("img") == 0


def test_what_fails_in_one_place_spoils_no_other(watched_alone: Watched, browser: Browser) -> None:
    """A log that cannot be read is said in its tile and logged; the figures go on."""
    watched_alone.log.mkdir()
    count_failures(watched_alone.instance)
    browser.open(watched_alone.url)
    browser.shown(".logs .empty", "/log.json failed: IsADirectoryError (page.log says where)")
    browser.shown("#updated", "Updated")
    browser.shown(f"{ERROR_RATE} .value", "30")
    assert browser.count("#gone:not([hidden])") == 0
    assert "Traceback" in watched_alone.page.output()


def test_the_range_is_chosen_by_keyboard_and_kept(watched_alone: Watched, browser: Browser) -> None:
    """The arrow keys choose the range of time, and the address keeps the choice."""
    browser.open(watched_alone.url)
    browser.shown("#updated", "Updated")
    browser.press("#ranges input:checked", "ArrowRight")
    assert browser.address() == f"{watched_alone.url}#1h"
    browser.open(f"{watched_alone.url}#6h")
    browser.shown("#updated", "Updated")
    assert browser.count("#ranges input[value='6h']:checked") == 1


def test_the_end_of_the_stack_is_said(watched_alone: Watched, browser: Browser) -> None:
    """When the server is gone, a banner says so and of when the figures are."""
    browser.open(watched_alone.url)
    browser.shown("#updated", "Updated")
    watched_alone.page.stop()
    browser.shown("#gone", "The local stack has ended, or does not answer. Figures are as of")
