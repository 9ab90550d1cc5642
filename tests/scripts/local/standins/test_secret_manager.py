"""The Secret Manager stand-in, seen through the real client library."""

from collections.abc import Iterator

import google_crc32c
import grpc
import pytest
from google.api_core import exceptions
from google.cloud import secretmanager_v1 as api
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceGrpcTransport,
)

from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.local.standins.server import Fault

RESOURCE = "projects/demo-conteur/secrets/OPENAI_API_KEY"


@pytest.fixture
def standin() -> SecretManagerStandIn:
    return SecretManagerStandIn({"OPENAI_API_KEY": "test-key"})


@pytest.fixture
def client(standin: SecretManagerStandIn) -> Iterator[api.SecretManagerServiceClient]:
    with standin.serve() as address, grpc.insecure_channel(address) as channel:
        transport = SecretManagerServiceGrpcTransport(channel=channel)
        yield api.SecretManagerServiceClient(transport=transport)


def read(
    client: api.SecretManagerServiceClient, version: str, timeout: float = 5.0
) -> api.AccessSecretVersionResponse:
    name = f"{RESOURCE}/versions/{version}"
    return client.access_secret_version(name=name, timeout=timeout, retry=None)


def test_latest(standin: SecretManagerStandIn, client: api.SecretManagerServiceClient) -> None:
    """`latest` is the newest version, and the answer says its number."""
    standin.add_version("OPENAI_API_KEY", "second-test-key")
    answer = read(client, "latest")
    assert answer.name == f"{RESOURCE}/versions/2"
    assert answer.payload.data == b"second-test-key"


def test_numbered_version(
    standin: SecretManagerStandIn, client: api.SecretManagerServiceClient
) -> None:
    """A number reads that version, however many follow it."""
    standin.add_version("OPENAI_API_KEY", "second-test-key")
    assert read(client, "1").payload.data == b"test-key"


def test_checksum(client: api.SecretManagerServiceClient) -> None:
    """The payload comes with its CRC32C."""
    payload = read(client, "latest").payload
    assert payload.data_crc32c == google_crc32c.value(payload.data)


def test_corrupt_payload(
    standin: SecretManagerStandIn, client: api.SecretManagerServiceClient
) -> None:
    """A corrupt payload does not match its CRC32C."""
    standin.corrupt = True
    payload = read(client, "latest").payload
    assert payload.data_crc32c != google_crc32c.value(payload.data)


@pytest.mark.parametrize("version", ["2", "99"])
def test_unknown_version(client: api.SecretManagerServiceClient, version: str) -> None:
    """A version that was never added is NOT_FOUND."""
    with pytest.raises(exceptions.NotFound, match="not found"):
        read(client, version)


def test_unknown_secret(client: api.SecretManagerServiceClient) -> None:
    """A secret that was never added is NOT_FOUND."""
    with pytest.raises(exceptions.NotFound, match="not found or has no versions"):
        client.access_secret_version(name="projects/p/secrets/OTHER/versions/latest", retry=None)


def test_malformed_name(client: api.SecretManagerServiceClient) -> None:
    """A name that is no version's is INVALID_ARGUMENT."""
    with pytest.raises(exceptions.InvalidArgument, match="does not match the expected format"):
        client.access_secret_version(name=RESOURCE, retry=None)


def test_disabled_version(
    standin: SecretManagerStandIn, client: api.SecretManagerServiceClient
) -> None:
    """A disabled version is refused, by `latest` too: it does not fall back to an older one."""
    standin.add_version("OPENAI_API_KEY", "second-test-key")
    standin.disable("OPENAI_API_KEY", 2)
    with pytest.raises(exceptions.FailedPrecondition, match="is in DISABLED state"):
        read(client, "latest")


def test_state(standin: SecretManagerStandIn, client: api.SecretManagerServiceClient) -> None:
    """The state of a version can be read without its payload."""
    name = f"{RESOURCE}/versions/1"
    assert client.get_secret_version(name=name).state == api.SecretVersion.State.ENABLED
    standin.disable("OPENAI_API_KEY", 1)
    assert client.get_secret_version(name=name).state == api.SecretVersion.State.DISABLED


def test_journal(standin: SecretManagerStandIn, client: api.SecretManagerServiceClient) -> None:
    """The journal holds the full name of each version that was read."""
    read(client, "latest")
    assert standin.accessed == [f"{RESOURCE}/versions/1"]


def test_failing_on_purpose(
    standin: SecretManagerStandIn, client: api.SecretManagerServiceClient
) -> None:
    """A fault answers its status instead of the secret until it is taken away."""
    standin.fault = Fault(grpc.StatusCode.PERMISSION_DENIED)
    with pytest.raises(exceptions.PermissionDenied):
        read(client, "latest")
    standin.fault = None
    assert read(client, "latest").payload.data == b"test-key"


def test_late_on_purpose(
    standin: SecretManagerStandIn, client: api.SecretManagerServiceClient
) -> None:
    """A late answer meets the client's deadline, and does not hold up the end of the server."""
    standin.fault = Fault(delay_seconds=3600)
    with pytest.raises(exceptions.DeadlineExceeded):
        read(client, "latest", timeout=0.05)
