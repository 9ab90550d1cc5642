"""The catalogue's advice, as it is read here."""

import pytest

from conteur.catalogue.terms import Cause, Phase
from scripts.ops.diagnosis.advice import for_record, for_terminal, in_place, once
from scripts.ops.diagnosis.runbooks import Words
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import findings

KEY = "`npx firebase functions:secrets:set OPENAI_API_KEY -P production`"
SHOWN = "`scripts/users show -P production UID`"


@pytest.mark.parametrize(
    ("words", "key", "shown"),
    [
        (scenes.WORDS, KEY, SHOWN),
        (Words("-P staging", "-P staging"), KEY.replace("production", "staging"), None),
        (scenes.LOCALLY, "`OPENAI_API_KEY=KEY scripts/dev`", "`scripts/users show --local UID`"),
        (scenes.OF_A_FILE, KEY.replace("production", "PROJECT"), None),
    ],
)
def test_commands_are_for_the_place_that_is_diagnosed(
    words: Words, key: str, shown: str | None
) -> None:
    """Nobody overwrites the key of production while looking at another place."""
    assert in_place(KEY, words) == key
    assert in_place(SHOWN, words) == (shown or SHOWN.replace("-P production", words.place))


def test_like_advice_is_given_once() -> None:
    """Whole, or a part of another one."""
    told = once(["Look at it; mend it.", "Look at it.", "Mend it. Then deploy."])
    assert told == ("Look at it; mend it.", "Then deploy.")


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("cause", Cause)
def test_a_time_out_advises_nothing_twice(phase: Phase, cause: Cause) -> None:
    """Its cause and its phase may want the same."""
    lines = scenes.failed("TIMEOUT", "call.timeout", phase=phase.value, cause=cause.value)
    clauses = "; ".join(findings(*lines).mends).replace(". ", "; ").rstrip(".").split("; ")
    assert len({each.casefold() for each in clauses}) == len(clauses)


def test_links_lead_to_pages_of_docs() -> None:
    """From a terminal by their paths, from a record by links; the web's stay as they are."""
    text = "See [limits](limits.md#day) and [it](https://example.com)."
    assert for_terminal(text) == "See docs/limits.md#day and [it](https://example.com)."
    assert for_record(text) == "See [limits](../docs/limits.md#day) and [it](https://example.com)."
