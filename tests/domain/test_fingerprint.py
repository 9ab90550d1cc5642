"""The fingerprint that tells a retry from another request."""

import hashlib
from dataclasses import replace

import pytest

from conteur.domain.fingerprint import fingerprint
from conteur.domain.story_request import (
    Audience,
    Character,
    Genre,
    Objective,
    StoryRequest,
    Tone,
)

REQUEST = StoryRequest(request_id="one", prompt="A fox", language="en")


def test_the_same_wish_has_the_same_fingerprint_under_any_request_id() -> None:
    """The request id is no part of what is asked for."""
    assert fingerprint(replace(REQUEST, request_id="two")) == fingerprint(REQUEST)


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, prompt="A fox."),
        replace(REQUEST, language="fr"),
        replace(REQUEST, audience=Audience.ADULTS),
        replace(REQUEST, genre=Genre.MYSTERY),
        replace(REQUEST, objective=Objective.SLEEP),
        replace(REQUEST, tone=Tone.FUNNY),
        replace(REQUEST, words=401),
        replace(REQUEST, characters=(Character("Mia"),)),
        replace(REQUEST, characters=(Character("Mia", "curious"),)),
    ],
)
def test_any_other_wish_has_another_fingerprint(other: StoryRequest) -> None:
    """Every field but the request id counts."""
    assert fingerprint(other) != fingerprint(REQUEST)


def test_a_fingerprint_never_changes() -> None:
    """Kept fingerprints are compared for as long as stories are kept, so the form is fixed."""
    canonical = b'{"audience":"6-8","language":"en","prompt":"A fox","words":400}'
    assert fingerprint(REQUEST) == hashlib.sha256(canonical).hexdigest()


def test_the_order_of_characters_counts() -> None:
    """Another order is another request, as the model sees another list."""
    pair = (Character("Mia"), Character("Noé"))
    there, back = replace(REQUEST, characters=pair), replace(REQUEST, characters=pair[::-1])
    assert fingerprint(there) != fingerprint(back)
