"""`scripts/dev` says where everything is and how to call it."""

import subprocess

import pytest

from conteur.domain.store.signature import parse_signature
from scripts.local.addresses import Addresses
from scripts.local.guide import guide, verification
from scripts.local.model_choice import ModelChoice, choose_model

DATABASE = "postgresql://app:secret@127.0.0.1:21012/conteur"
PROVIDERS = {"email_verification": "m" * 64, "payments": "p" * 64}
ADDRESSES = Addresses.on(tuple(range(21_000, 21_000 + Addresses.count())))
SERVICES = {
    "Secret Manager": ADDRESSES.secret_manager,
    **dict.fromkeys(("Cloud Monitoring", "Cloud Logging", "Cloud Run"), ADDRESSES.monitoring),
}


@pytest.fixture
def text() -> str:
    return guided(choose_model({}))


def guided(model: ModelChoice) -> str:
    return guide(ADDRESSES, model, "a.demo.token", DATABASE, PROVIDERS)


@pytest.mark.parametrize(
    "part", ["auth", "firestore", "hosting", "health", "page", "generate_story"]
)
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
    assert f"Model            {where}\n" in guided(model)


def test_no_key_is_shown() -> None:
    """The model's key is nowhere in the text."""
    assert "test-key" not in guided(ModelChoice("test-key"))


def test_the_store_and_its_database_are_named(text: str) -> None:
    """The demo author's store and the URL of PostgreSQL are listed."""
    assert f"  Store            {ADDRESSES.hosting}/api/stores/demo-store " in text
    assert f"  PostgreSQL       {DATABASE}\n" in text


def test_the_call_that_publishes_takes_its_token_from_the_command(text: str) -> None:
    """The call that publishes is the deployment guide's, with a token of scripts/token."""
    assert f"curl -X POST {ADDRESSES.hosting}/api/store/publish \\\n" in text
    assert '-H "Authorization: Bearer $(scripts/token)"' in text
    assert """-d '{"confirmPublish": true}'""" in text


@pytest.mark.parametrize("service", SERVICES)
def test_every_stand_in_is_named(text: str, service: str) -> None:
    """Each service of Google's that a stand-in serves is listed with the stand-in's address."""
    assert f"  {service:<17}{SERVICES[service]} (a stand-in" in text


def test_how_to_read_the_log(text: str) -> None:
    """The commands that read the log and explain a request are there to paste."""
    assert "\nscripts/logs --local --follow\nscripts/diagnose REQUEST_ID --local\n" in text


@pytest.mark.parametrize("step", PROVIDERS)
def test_a_providers_call_is_signed_with_the_secret_of_its_step(text: str, step: str) -> None:
    """The printed commands send what the step's secret has signed, at the step's own address."""
    commands = verification(ADDRESSES, step, PROVIDERS[step])
    assert commands in text
    script = f'date() {{ echo 1000; }}; curl() {{ printf "%s\\n" "$@"; }}; {commands}'
    sent = subprocess.run(["/bin/sh", "-c", script], stdout=subprocess.PIPE, text=True, check=True)
    _, _, url, _, header, _, body, *_ = sent.stdout.splitlines()
    assert url == f"{ADDRESSES.hosting}/api/onboarding/{step}/verification"
    signature = parse_signature(header.removeprefix("Conteur-Signature: "))
    signature.check(body.encode(), PROVIDERS[step].encode(), now=1000.0)
