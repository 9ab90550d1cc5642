"""Which model tells the stories."""

import pytest

from scripts.local.model_choice import ModelChoice, choose_model

EMBEDDED = choose_model({})


def test_nothing_set_is_the_embedded_model() -> None:
    """Without a key or a server, the embedded model tells, in 150 words."""
    assert (EMBEDDED.embedded, EMBEDDED.words) == (True, 150)


def test_a_key_is_openai_itself() -> None:
    """A key alone means OpenAI itself, with the product's own model and length."""
    chosen = choose_model({"OPENAI_API_KEY": "test-key"})
    assert chosen == ModelChoice("test-key", base_url="", name="", embedded=False)
    assert chosen.words is None


def test_a_server_of_ones_own_needs_no_key() -> None:
    """A base URL alone means that server, with the model named for it."""
    chosen = choose_model({"OPENAI_BASE_URL": "http://box:8000/v1", "OPENAI_MODEL": "tales"})
    assert (chosen.base_url, chosen.name, chosen.embedded) == ("http://box:8000/v1", "tales", False)


def test_the_key_is_not_shown() -> None:
    """The key is in no representation of the choice."""
    assert "test-key" not in repr(choose_model({"OPENAI_API_KEY": "test-key"}))


@pytest.mark.parametrize(
    ("language", "good"), [("en", True), ("en-GB", True), ("EN", True), ("fr", False)]
)
def test_the_embedded_model_is_good_at_english_only(language: str, *, good: bool) -> None:
    """The embedded model is good at English and its regions, and at nothing else."""
    assert EMBEDDED.is_good_at(language) is good


def test_other_models_are_good_at_every_language() -> None:
    """Of any other model nothing is assumed."""
    assert ModelChoice("test-key").is_good_at("fr")
