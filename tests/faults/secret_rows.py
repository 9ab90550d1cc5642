"""Secret Manager fails before there is a key; each row is what its stand-in does."""

from collections.abc import Callable
from dataclasses import dataclass

import grpc

from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.local.standins.server import Fault
from tests.clients.backends import KEY

SECRET = "OPENAI_API_KEY"  # noqa: S105 - the secret's name
READ_SECONDS = 3.0  # the longest that one reading takes


@dataclass(frozen=True)
class SecretRow:
    """What is wrong with the secret, and what the error says of it; `seconds` to the answer."""

    name: str
    breaks: Callable[[SecretManagerStandIn], None]
    says: str
    seconds: float = 2.0

    def __str__(self) -> str:
        return self.name


def fails(code: grpc.StatusCode) -> Callable[[SecretManagerStandIn], None]:
    """Have each call fail with this status."""
    return lambda secrets: setattr(secrets, "fault", Fault(code))


def slow(secrets: SecretManagerStandIn) -> None:
    secrets.fault = Fault(delay_seconds=30.0)


def disabled(secrets: SecretManagerStandIn) -> None:
    secrets.disable(SECRET, secrets.add_version(SECRET, KEY))


def damaged(secrets: SecretManagerStandIn) -> None:
    secrets.corrupt = True
    secrets.add_version(SECRET, KEY)


def empty(secrets: SecretManagerStandIn) -> None:
    secrets.add_version(SECRET, "\n")


def no_key(secrets: SecretManagerStandIn) -> None:
    secrets.add_version(SECRET, "two words")


ROWS = (
    SecretRow("down", fails(grpc.StatusCode.UNAVAILABLE), "is out of reach", READ_SECONDS + 2),
    SecretRow("slow", slow, "did not answer in time", READ_SECONDS + 2),
    SecretRow("denied", fails(grpc.StatusCode.PERMISSION_DENIED), "secretmanager.secretAccessor"),
    SecretRow("failing inside", fails(grpc.StatusCode.INTERNAL), "Secret Manager failed"),
    SecretRow("missing", lambda _secrets: None, "there is no such secret"),
    SecretRow("disabled", disabled, "the operator enables it"),
    SecretRow("damaged on the way", damaged, "it arrived damaged"),
    SecretRow("empty", empty, "it is empty"),
    SecretRow("no key", no_key, "is no API key"),
)
