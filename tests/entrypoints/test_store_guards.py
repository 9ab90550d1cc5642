"""Who may pass to the store's routes."""

import json

import pytest

from conteur.domain.secret import Secret
from conteur.domain.store.signature import sign
from conteur.entrypoints.provider_signatures import ProviderSignatures
from conteur.errors import (
    DeadlineError,
    Phase,
    SecretUnavailableError,
    SignatureInvalidError,
)
from tests.entrypoints.store_world import GOOD, SECRET, VERDICT, World

AUTHORS = [
    name for name in GOOD if name not in ("public_store", "verify_step", "openapi", "health")
]


@pytest.mark.parametrize("route", AUTHORS)
@pytest.mark.parametrize(
    ("token", "reason"),
    [("", "NO_TOKEN"), ("Bearer expired", "TOKEN_EXPIRED"), ("Bearer x", "TOKEN_INVALID")],
)
def test_tokens(world: World, route: str, token: str, reason: str) -> None:
    """Without a good token no author's route does anything."""
    answer = world.send(route, Authorization=token)
    assert (answer.status_code, answer.get_json()["error"]) == (401, reason)
    assert world.did == []


def test_token_is_no_signature(world: World) -> None:
    """An author cannot say that a provider has verified a step."""
    answer = world.send("verify_step", Conteur_Signature="", Authorization="Bearer good")
    assert answer.get_json()["error"] == "SIGNATURE_INVALID"


def test_signature_is_no_token(world: World) -> None:
    """A provider cannot do what an author does."""
    signed = {**world.signed(b"{}"), "Content-Type": "application/json"}
    answer = world.call("POST", "/api/onboarding/payments/complete", b"{}", signed)
    assert answer.get_json()["error"] == "NO_TOKEN"


def test_signature_of_another_body(world: World) -> None:
    """A signature counts for the very bytes that were signed."""
    answer = world.send_with("verify_step", world.signed(VERDICT), VERDICT + b" ")
    assert (answer.status_code, answer.get_json()["error"]) == (401, "SIGNATURE_INVALID")
    assert world.did == []


def test_signature_of_another_step(world: World) -> None:
    """The provider of one step cannot sign for another."""
    signed = {**world.signed(VERDICT), "Content-Type": "application/json"}
    answer = world.call("POST", "/api/onboarding/theme/verification", VERDICT, signed)
    assert answer.get_json()["error"] == "SIGNATURE_INVALID"


@pytest.mark.parametrize(("age", "status"), [(300, 200), (301, 401), (-300, 200), (-301, 401)])
def test_window(world: World, age: int, status: int) -> None:
    """A signature counts for five minutes, either way."""
    signed = world.signed(VERDICT)
    world.clock.advance(age)
    assert world.send_with("verify_step", signed).status_code == status


EQUAL = json.dumps(dict.fromkeys(("payments", "theme"), "a-secret-that-is-long-enough-for-a-step"))


@pytest.mark.parametrize(
    "secrets", ["", "{", "[]", '{"payments": 1}', '{"payments": "short"}', EQUAL]
)
def test_malformed_secrets(world: World, capsys: pytest.CaptureFixture[str], secrets: str) -> None:
    """Secrets that are not understood, too short or the same let nobody in, and are not logged."""
    world.secrets = secrets
    answer = world.send("verify_step")
    assert (answer.status_code, answer.get_json()["error"]) == (503, "SECRET_UNAVAILABLE")
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (line["event"], line["severity"]) == ("secret.malformed", "ERROR")
    assert "short" not in json.dumps(line)


def test_slow_secrets() -> None:
    """Secrets that do not come in time are as good as none."""

    def read(_seconds: float) -> Secret:
        raise DeadlineError("slow", Phase.SECRET)

    at = 1000
    header = {"Conteur-Signature": f"t={at},v1={sign(b'', SECRET.encode(), at)}"}
    with pytest.raises(SecretUnavailableError):
        ProviderSignatures(read, lambda: at).check("payments", header, b"", 1.0)


def test_secrets_are_read_within_the_deadline() -> None:
    """No read is waited for longer than three seconds, or than there is time."""
    waits: list[float] = []

    def read(seconds: float) -> Secret:
        waits.append(seconds)
        return Secret("{}", "1")

    header = {"Conteur-Signature": f"t=1,v1={'0' * 64}"}
    for seconds in (20.0, 0.5):
        with pytest.raises(SignatureInvalidError):
            ProviderSignatures(read, lambda: 1).check("payments", header, b"", seconds)
    assert waits == [3.0, 0.5]


def test_not_set_up() -> None:
    """Where nothing is set up for stores, the routes answer as if they were turned off."""
    world = World(is_set_up=False)
    answer = world.send("status")
    assert (answer.status_code, answer.get_json()["error"]) == (503, "STORE_DISABLED")
    assert world.send("health").status_code == 200
