"""The picture has a bar for each ratio, and a mark for each goal."""

from xml.etree import ElementTree as ET

import pytest

from tests.bench.made_up import BUSY, bound, cold, run, streams
from tests.bench.picture import BAR, LEFT, RIGHT, WIDTH, draw, groups
from tests.bench.results import Run

SVG = "{http://www.w3.org/2000/svg}"
ONE = (WIDTH - LEFT - RIGHT) / 2  # pixels of the docs sample's own figure


def drawn(made: Run) -> ET.Element:
    return ET.fromstring(draw(made))  # noqa: S314 - our own


def widths(picture: ET.Element, peer: str) -> list[float]:
    """Return the widths of a peer's bars, without the square of the legend."""
    bars = picture.findall(f"{SVG}rect[@class='{peer}']")
    return [float(bar.attrib["width"]) for bar in bars if float(bar.attrib["height"]) < BAR]


def test_a_bar_is_as_long_as_its_ratio() -> None:
    """A first story in half the docs sample's time has a bar of half the length."""
    picture = drawn(run(cold()))
    assert widths(picture, "conteur") == [0.5 * ONE]
    assert widths(picture, "hello-world") == [0.25 * ONE]
    assert widths(picture, "docs-sample-80") == []


def test_a_long_bar_is_cut_off() -> None:
    """A ratio beyond the scale ends with it, and its figure says how much it is."""
    picture = drawn(run(cold()))
    assert widths(picture, "genkit") == [2 * ONE]
    assert "3.00 >" in [text.text for text in picture.iter(f"{SVG}text")]


def test_a_goal_is_marked() -> None:
    """The goal against the docs sample is a mark across conteur's bar, at its ratio."""
    marks = drawn(run(bound([30], [100]))).findall(f"{SVG}path[@class='goal']")
    assert marks[-1].attrib["d"].startswith(f"M{round(LEFT + 0.35 * ONE, 1)} ")


def test_more_is_drawn_as_less() -> None:
    """A throughput is drawn as its inverse, goal and all, so that short bars are good bars."""
    (group,) = groups(run(streams()))
    assert group.title.endswith("throughput, inverse (1 = docs sample, default threads)")
    assert group.ratios == {"conteur": 0.1, "docs-sample-80": 0.1}
    assert group.goal == pytest.approx(1 / 9.6)


def test_what_was_not_measured_is_not_drawn() -> None:
    """A measure without the docs sample has no bars."""
    assert groups(run(bound([30], []))) == []


@pytest.mark.parametrize(("quick", "words"), [(True, "Rough"), (False, "too noisy")])
def test_bad_figures_say_so(words: str, *, quick: bool) -> None:
    """Figures of a quick run, or of a noisy machine, are called so where they are seen."""
    assert words in draw(run(bound([30], [100], BUSY), quick=quick))
    assert words not in draw(run(bound([30], [100])))
