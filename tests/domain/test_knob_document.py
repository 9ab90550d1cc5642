"""The operator's document of knobs: what it turns, and what in it is refused."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.knob_document import ParsedKnobs, Problem, parse_knobs
from conteur.domain.knob_values import KNOBS, KnobRules, knobs_of, shown, values_of
from conteur.domain.knobs import Knobs, PromptShare
from conteur.domain.moderation import ModerationMode
from conteur.domain.quota import Limits, QuotaRule
from conteur.domain.ranges import Range

USUAL = Knobs(models=("first", "second"))
RULES = KnobRules(USUAL, ("first", "second", "third"), ("story-2", "story-3"))
LAST = Knobs(
    models=("third",),
    enabled=False,
    retry_after_seconds=60,
    deadline_seconds=20,
    quota=QuotaRule(Limits(7, 6), Limits(5, 4), Limits(3, 2)),
    network_stories_a_day=9,
    budget_micros=1_500_000,
    moderation=ModerationMode.OPENAI,
    canary=PromptShare("story-3", 5),
    store_enabled=False,
    store_retry_after_seconds=45,
)
OF_LAST: dict[str, Any] = {
    "generation": {"enabled": False, "retryAfterSec": 60},
    "models": ["third"],
    "limits": {
        "storiesPerDay": 7,
        "storiesAtOnce": 6,
        "anonymousStoriesPerDay": 5,
        "anonymousStoriesAtOnce": 4,
        "newStoriesPerDay": 3,
        "newStoriesAtOnce": 2,
        "networkStoriesPerDay": 9,
        "budgetUsdPerDay": 1.5,
    },
    "deadlineSec": 20,
    "moderation": "openai",
    "prompt": {"version": "story-3", "percent": 5},
    "store": {"enabled": False, "retryAfterSec": 45},
}


def parsed(fields: Mapping[str, object], last: Knobs = LAST) -> ParsedKnobs:
    return parse_knobs(fields, last, RULES)


def document(name: str, value: object) -> dict[str, object]:
    section, _, member = name.partition(".")
    return {section: {member: value}} if member else {section: value}


def test_every_knob_is_turned() -> None:
    """A document with all fields decides every knob."""
    assert parsed(OF_LAST, last=USUAL) == ParsedKnobs(LAST, ())


def test_an_empty_document_turns_nothing() -> None:
    """Knobs that the document has no more are as the settings say, not as they last were."""
    assert parsed({}) == ParsedKnobs(USUAL, ())


@pytest.mark.parametrize("name", KNOBS)
def test_one_knob_alone(name: str) -> None:
    """Whichever of the knobs is turned, the others are as usual; a share needs its version."""
    value = values_of(LAST)[name]
    fields = document(name, list(value) if isinstance(value, tuple) else value)
    knobs, problems = parsed(fields, last=USUAL).knobs, parsed(fields).problems
    changed = {one for one, now in values_of(knobs).items() if now != values_of(USUAL)[one]}
    lonely, canary = name == "prompt.percent", {"prompt.version", "prompt.percent"}
    assert changed == (set() if lonely else canary if name == "prompt.version" else {name})
    assert bool(problems) is lonely


@pytest.mark.parametrize("name", [name for name in KNOBS if not name.startswith("prompt")])
@pytest.mark.parametrize("bad", [None, "7o", [], {}, -1, math.nan, math.inf, 10**400, b"7"])
def test_a_bad_value_is_refused(name: str, bad: object) -> None:
    """The knob stays as it last was, and the problem names it and its rule."""
    knobs, (problem,) = parsed(document(name, bad)).knobs, parsed(document(name, bad)).problems
    assert values_of(knobs) == {**values_of(USUAL), name: values_of(LAST)[name]}
    assert problem.knob == name
    assert problem.rule.startswith("must be ")


@pytest.mark.parametrize(
    ("name", "bad", "rule"),
    [
        ("generation.enabled", "false", "must be true or false"),
        ("generation.enabled", 0, "must be true or false"),
        ("limits.storiesPerDay", True, "must be a whole number from 0 to 100000"),
        ("limits.storiesAtOnce", 1.5, "must be a whole number from 1 to 1000"),
        ("limits.storiesAtOnce", 0, "must be a whole number from 1 to 1000"),
        ("deadlineSec", 51, "must be a number from 5 to 50"),
        ("moderation", "on", "must be one of off, openai"),
    ],
)
def test_the_rules_of_values(name: str, bad: object, rule: str) -> None:
    """A rule says what would be accepted."""
    assert parsed(document(name, bad)).problems == (Problem(name, rule),)


@pytest.mark.parametrize("models", ["first", [], ["first", "first"], ["fourth"], [["first"]], [1]])
def test_models_need_a_price(models: object) -> None:
    """A list with a model that has no price is refused whole, as is one that repeats a model."""
    knobs, (problem,) = parsed({"models": models}).knobs, parsed({"models": models}).problems
    assert knobs.models == LAST.models
    assert problem.rule.endswith("that have a price: first, second, third")


def test_the_kill_switch_works_beside_bad_values() -> None:
    """What is good takes effect whatever else in the document is bad."""
    fields = {
        "generation": {"enabled": False, "retryAfterSec": "soon"},
        "limits": "none",
        "models": ["fourth"],
        "nonsense": 1,
    }
    found = parsed(fields, last=USUAL)
    assert found.knobs == replace(USUAL, enabled=False)
    refused = [problem.knob for problem in found.problems]
    assert refused == ["generation.retryAfterSec", "limits", "models", "nonsense"]


def test_a_section_that_is_no_map() -> None:
    """A section of another type keeps all its knobs as they last were."""
    found = parsed({"limits": 20, "generation": []})
    assert found.knobs == replace(
        USUAL,
        enabled=LAST.enabled,
        retry_after_seconds=LAST.retry_after_seconds,
        quota=LAST.quota,
        network_stories_a_day=LAST.network_stories_a_day,
        budget_micros=LAST.budget_micros,
    )
    assert found.problems[0].rule == "must be a map of enabled, retryAfterSec"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"modles": ["first"]}, "modles is no knob; there are generation.enabled, "),
        ({"generation": {"on": True}}, "generation.on is no knob; there are enabled, "),
        ({"limits.storiesPerDay": 5}, "limits.storiesPerDay must be storiesPerDay in the map "),
        ({"x" * 5000: 1}, "x" * 60 + " is no knob"),
    ],
)
def test_unknown_names(fields: dict[str, object], problem: str) -> None:
    """A name that no knob has is a problem, and turns nothing."""
    found = parsed(fields)
    assert found.knobs == USUAL
    assert str(found.problems[0]).startswith(problem)


@pytest.mark.parametrize(
    ("prompt", "canary"),
    [
        ({"version": "story-2"}, PromptShare("story-2", 100)),
        ({"version": "story-2", "percent": 10}, PromptShare("story-2", 10)),
        ({"version": "story-2", "percent": 0}, None),
        ({"percent": 0}, None),
        ({}, None),
    ],
)
def test_shares_of_a_prompt(prompt: dict[str, object], canary: PromptShare | None) -> None:
    """A version alone tells all stories, a share of 0 none."""
    assert parsed({"prompt": prompt}) == ParsedKnobs(replace(USUAL, canary=canary), ())


@pytest.mark.parametrize(
    ("prompt", "refused"),
    [
        ({"version": "story-9", "percent": 50}, "prompt.version"),
        ({"version": "story-2", "percent": "all"}, "prompt.percent"),
        ({"percent": 50}, "prompt.version"),
        ({"version": 3}, "prompt.version"),
    ],
)
def test_a_share_belongs_to_its_version(prompt: dict[str, object], refused: str) -> None:
    """If version or percent is bad both stay, so no typo gives a version to everybody."""
    found = parsed({"prompt": prompt})
    assert found.knobs.canary == LAST.canary
    assert [problem.knob for problem in found.problems] == [refused]


def test_a_canary_can_always_be_stopped() -> None:
    """A share of 0 ends the canary even if its version is not on the shelf."""
    assert parsed({"prompt": {"version": "story-9", "percent": 0}}).knobs.canary is None


def test_values_are_the_knobs() -> None:
    """Knobs come back whole from their values by name, and people read these."""
    assert knobs_of(values_of(LAST)) == LAST
    assert values_of(LAST).keys() == KNOBS.keys()
    values = values_of(replace(LAST, models=("a", "b"))).values()
    numbers = "7 6 5 4 3 2 9 1.5 20"
    assert " ".join(map(shown, values)) == f"false 60 a,b {numbers} openai story-3 5 false 45"
    assert shown(None) == "none"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
LIKELY = JSON | st.sampled_from([True, 0, 1, 5, 100, "off", "story-3", "first", ["first"]])
MEMBERS: dict[str, dict[str, st.SearchStrategy[object]]] = {
    name.partition(".")[0]: {} for name in (*KNOBS, "strange")
}
for known in KNOBS:
    MEMBERS[known.partition(".")[0]] |= {known.partition(".")[2]: LIKELY}
SECTIONS = {
    name: LIKELY | st.fixed_dictionaries({}, optional=inner) for name, inner in MEMBERS.items()
}
DOCUMENTS = st.fixed_dictionaries({}, optional=SECTIONS) | st.dictionaries(st.text(), JSON)


@given(fields=DOCUMENTS, last=st.sampled_from([USUAL, LAST]))
def test_any_document(fields: dict[str, object], last: Knobs) -> None:
    """No document raises, or turns a knob to what its rule forbids."""
    found = parse_knobs(fields, last, RULES)
    for name, value in values_of(found.knobs).items():
        kind = KNOBS[name]
        if isinstance(kind, Range) and value is not None:
            assert isinstance(value, int | float)
            assert kind.holds(value)
    assert set(found.knobs.models) <= set(RULES.models)
    assert found.knobs.models
    assert found.knobs.canary is None or found.knobs.canary.version in RULES.versions
