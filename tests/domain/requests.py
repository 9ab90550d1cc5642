"""Requests for the parser's tests: good ones, arbitrary JSON, and good ones gone wrong."""

from hypothesis import strategies as st

from conteur.domain.request_parser import ParsedRequest, parse_story_request

MADE_ID = "00000000-0000-4000-8000-000000000000"
SENT_ID = "12345678-9abc-4def-8123-456789abcdef"
FULL: dict[str, object] = {
    "requestId": SENT_ID,
    "prompt": "A fox who is afraid of the dark",
    "language": "fr-CA",
    "audience": "9-12",
    "genre": "science-fiction",
    "objective": "sleep",
    "tone": "poetic",
    "length": {"words": 250},
    "characters": [{"name": "Mia", "traits": "curious"}, {"name": "Noé"}],
}

any_text = st.text(st.characters(codec=None, exclude_categories=()))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(any_text | st.sampled_from(list(FULL)), inner, max_size=5)
    ),
    max_leaves=20,
)
nearly_valid = st.fixed_dictionaries(
    {"prompt": st.text() | json_values},
    optional={
        "requestId": st.uuids().map(str) | json_values,
        "language": st.sampled_from(["fr", "zh_Hant_TW", "tlh"]) | json_values,
        "audience": st.sampled_from(["3-5", "adult", "baby"]) | json_values,
        "genre": st.sampled_from(["humor", "horror"]) | json_values,
        "objective": st.sampled_from(["fun", "work"]) | json_values,
        "tone": st.sampled_from(["funny", "rude"]) | json_values,
        "length": st.fixed_dictionaries({}, optional={"words": st.integers() | json_values})
        | json_values,
        "characters": st.lists(
            st.fixed_dictionaries({"name": any_text}, optional={"traits": any_text, "x": any_text})
            | json_values,
            max_size=9,
        )
        | json_values,
        "continueFrom": json_values,
        "__proto__": json_values,
    },
)


def parse(data: object) -> ParsedRequest:
    """Parse `data` where French is the default and a made request id is always the same."""
    return parse_story_request(data, default_language="fr", new_request_id=lambda: MADE_ID)


def wish(**fields: object) -> dict[str, object]:
    """Return the smallest request, with `fields` added."""
    return {"prompt": "A fox", **fields}
