"""Secrets kept in Google Secret Manager, against the stand-in."""

from collections.abc import Iterator

import grpc
import pytest

from conteur.adapters.secret_manager import SecretManager
from conteur.errors import SecretUnavailableError
from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.local.standins.server import Fault

NAME = "OPENAI_API_KEY"
PATIENCE = 10.0


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[SecretManagerStandIn, SecretManager]]:
    stand_in = SecretManagerStandIn({NAME: "test-key"})
    stand_in.add_version(NAME, "newer-test-key\r\n")
    stand_in.add_version("EMPTY", "\n")
    stand_in.add_version("DISABLED", "test-key")
    stand_in.disable("DISABLED", 1)
    with stand_in.serve() as address:
        yield stand_in, SecretManager("demo-conteur", address)


@pytest.fixture
def stand_in(served: tuple[SecretManagerStandIn, SecretManager]) -> Iterator[SecretManagerStandIn]:
    yield served[0]
    served[0].fault = None
    served[0].corrupt = False


@pytest.fixture
def store(
    served: tuple[SecretManagerStandIn, SecretManager], stand_in: SecretManagerStandIn
) -> SecretManager:
    del stand_in  # its faults end with the test
    return served[1]


def problem(store: SecretManager, name: str = NAME, timeout: float = PATIENCE) -> str:
    with pytest.raises(SecretUnavailableError) as caught:
        store.read(name, "latest", timeout)
    assert "test-key" not in f"{caught.value} {caught.value.__cause__}"
    return caught.value.message


def test_the_latest_version_is_read_by_its_number(store: SecretManager) -> None:
    """`latest` gives the newest value and the number behind the alias."""
    secret = store.read(NAME, "latest", PATIENCE)
    assert (secret.value, secret.version) == ("newer-test-key", "2")


def test_a_pinned_version_is_read(store: SecretManager) -> None:
    """A number gives that version."""
    assert store.read(NAME, "1", PATIENCE).value == "test-key"


def test_the_value_is_in_no_repr(store: SecretManager) -> None:
    """What is read shows its version only."""
    assert repr(store.read(NAME, "1", PATIENCE)) == "Secret(value=<redacted>, version='1')"


@pytest.mark.parametrize(
    ("name", "advice"),
    [("MISSING", "creates it"), ("DISABLED", "enables it"), ("EMPTY", "adds a version")],
)
def test_a_secret_that_is_not_there_says_what_to_do(
    store: SecretManager, name: str, advice: str
) -> None:
    """Missing, disabled and empty secrets are told apart, each with its mend."""
    told = problem(store, name)
    assert f"projects/demo-conteur/secrets/{name}/versions/latest" in told
    assert advice in told


@pytest.mark.parametrize("name", ["MISSING", "DISABLED", "EMPTY"])
def test_a_secret_that_is_not_there_is_missing(store: SecretManager, name: str) -> None:
    """Only the operator can mend what is missing, disabled or empty: no other try helps."""
    with pytest.raises(SecretUnavailableError) as caught:
        store.read(name, "latest", PATIENCE)
    assert caught.value.missing


@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.INTERNAL,
    ],
)
def test_a_service_that_fails_has_no_missing_secrets(
    store: SecretManager, stand_in: SecretManagerStandIn, code: grpc.StatusCode
) -> None:
    """Where nobody can tell whether there is a secret, it is not called missing."""
    stand_in.fault = Fault(code)
    with pytest.raises(SecretUnavailableError) as caught:
        store.read(NAME, "latest", 0.2)
    assert not caught.value.missing


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (grpc.StatusCode.PERMISSION_DENIED, "roles/secretmanager.secretAccessor"),
        (grpc.StatusCode.UNAUTHENTICATED, "service account"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "try again"),
        (grpc.StatusCode.INTERNAL, "try again"),
    ],
)
def test_a_refusal_says_what_to_do(
    store: SecretManager, stand_in: SecretManagerStandIn, code: grpc.StatusCode, advice: str
) -> None:
    """A missing role and a service that fails are told apart, and nothing is tried twice."""
    stand_in.fault = Fault(code)
    calls = len(stand_in.calls)
    assert advice in problem(store)
    assert len(stand_in.calls) == calls + 1


def test_a_service_that_flaps_is_not_noticed(
    store: SecretManager, stand_in: SecretManagerStandIn
) -> None:
    """A line that breaks is met with another try."""
    stand_in.calls[:] = ["a call before"]
    stand_in.fault = Fault(grpc.StatusCode.UNAVAILABLE, every=2)
    assert store.read(NAME, "1", PATIENCE).value == "test-key"
    assert len(stand_in.calls) == 3


def test_a_service_that_stays_away_is_left_in_time(
    store: SecretManager, stand_in: SecretManagerStandIn
) -> None:
    """Tries end with the timeout, and the reason is what the last one met."""
    stand_in.fault = Fault(grpc.StatusCode.UNAVAILABLE)
    assert "out of reach" in problem(store, timeout=0.2)


def test_a_slow_service_is_left(store: SecretManager, stand_in: SecretManagerStandIn) -> None:
    """A read takes no longer than its timeout."""
    stand_in.fault = Fault(delay_seconds=0.5)
    assert "did not answer in time" in problem(store, timeout=0.05)


def test_a_damaged_payload_is_refused(store: SecretManager, stand_in: SecretManagerStandIn) -> None:
    """A payload that does not match its checksum is no key."""
    stand_in.corrupt = True
    assert "damaged" in problem(store)


def test_a_service_that_is_not_there_is_left_in_time() -> None:
    """A dead address ends with the timeout, not with the client library's own minute."""
    nobody = SecretManager("demo-conteur", "127.0.0.1:1")
    assert "try again" in problem(nobody, timeout=0.5)
