"""`scripts/dev` says where everything is and how to call it."""

import pytest

from scripts.local.addresses import Addresses
from scripts.local.guide import guide
from scripts.local.model_choice import ModelChoice, choose_model

DATABASE = "postgresql://app:secret@127.0.0.1:21012/conteur"
ADDRESSES = Addresses.on(tuple(range(21_000, 21_000 + Addresses.count())))


@pytest.fixture
def text() -> str:
    return guide(ADDRESSES, choose_model({}), "a.demo.token", DATABASE)


@pytest.mark.parametrize("part", ["auth", "firestore", "hosting", "health", "generate_story"])
def test_every_address_is_named(text: str, part: str) -> None:
    """Each part of the stack is listed with its address."""
    assert getattr(ADDRESSES, part) in text


def test_the_shell_call_carries_the_token(text: str) -> None:
    """The call for a shell is signed with the demo user's token, and asks for a stream."""
    assert "-H 'Authorization: Bearer a.demo.token'" in text
    assert "-H 'Accept: text/event-stream'" in text


@pytest.mark.parametrize(
    ("model", "where"),
    [
        (choose_model({}), ADDRESSES.embedded_model),
        (ModelChoice("test-key", "http://box:8000/v1"), "http://box:8000/v1"),
        (ModelChoice("test-key"), "OpenAI"),
    ],
    ids=["embedded", "a server", "OpenAI"],
)
def test_the_model_is_named(model: ModelChoice, where: str) -> None:
    """The list says which model tells the stories."""
    assert f"Model            {where}\n" in guide(ADDRESSES, model, "a.demo.token", DATABASE)


def test_no_key_is_shown() -> None:
    """The model's key is nowhere in the text."""
    assert "test-key" not in guide(ADDRESSES, ModelChoice("test-key"), "a.demo.token", DATABASE)


def test_the_store_and_its_database_are_named(text: str) -> None:
    """The demo author's store and the URL of PostgreSQL are listed."""
    assert f"  Store            {ADDRESSES.hosting}/api/stores/demo-store " in text
    assert f"  PostgreSQL       {DATABASE}\n" in text


def test_the_call_that_publishes_takes_its_token_from_the_command(text: str) -> None:
    """The call that publishes is the deployment guide's, with a token of scripts/token."""
    assert f"curl -X POST {ADDRESSES.hosting}/api/store/publish \\\n" in text
    assert '-H "Authorization: Bearer $(scripts/token)"' in text
    assert """-d '{"confirmPublish": true}'""" in text
