"""Input that is wrong in every way that the real SDK can send, and some that it cannot."""

import json

import pytest

from tests.clients.app import App

pytestmark = pytest.mark.server

INT64 = "type.googleapis.com/google.protobuf.Int64Value"


def _prompt(text: object) -> str:
    return json.dumps({"prompt": text})


def _words(words: object) -> str:
    return json.dumps({"prompt": "A fox", "length": {"words": words}})


BAD_INPUT = {
    "nothing": ("null", "data"),
    "a text": ('"A fox"', "data"),
    "an array": ("[]", "data"),
    "no prompt": ("{}", "prompt"),
    "a number for a prompt": (_prompt(7), "prompt"),
    "an empty prompt": (_prompt(""), "prompt"),
    "a prompt of 100 kB": (_prompt("a" * 100_000), "prompt"),
    "a body over the limit": (_prompt("a" * 1_100_000), "data"),
    "a control character": (_prompt("a\0fox"), "prompt"),
    "a lone surrogate": (_prompt("a \ud83e fox"), "prompt"),
    "10,000 emoji": (_prompt("🦊" * 10_000), "prompt"),
    "an unknown language": (json.dumps({"prompt": "A fox", "language": "tlh"}), "language"),
    "no words": (_words(0), "length.words"),
    "a thousand million words": (_words(10**9), "length.words"),
    "a text for words": (_words("400"), "length.words"),
    "a malformed Int64": (_words({"@type": INT64, "value": "four"}), "length.words"),
    "an Int64 out of range": (_words({"@type": INT64, "value": "9" * 20}), "length.words"),
    "100 levels": ('{"prompt": ' + "[" * 100 + "]" * 100 + "}", "data"),
    "1,000 levels": ('{"prompt": ' + "[" * 1_000 + "]" * 1_000 + "}", "data"),
}
REASONS = {"a body over the limit": "MALFORMED_JSON", "1,000 levels": "MALFORMED_JSON"}


@pytest.mark.parametrize("scenario", ["whole", "stream"])
@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_is_refused(app: App, scenario: str, name: str) -> None:
    """Bad input is the caller's fault, its field is named, and nothing is kept or asked for it."""
    request, field = BAD_INPUT[name]
    asked = len(app.model.asked)
    error = app.play(scenario, request)["result"]["error"]
    assert error["code"] == "functions/invalid-argument"
    assert error["details"]["field"] == field
    assert error["details"]["reason"] == REASONS.get(name, "INVALID_FIELD")
    assert len(app.model.asked) == asked
    assert app.stories.all() == {}
