"""What a deep health check looks at."""

import pytest
from google.cloud.firestore import Client

from conteur.adapters.probes import FirestoreProbe
from conteur.errors import DeadlineError

pytestmark = pytest.mark.server


def _client(host: str) -> Client:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FIRESTORE_EMULATOR_HOST", host)
        return Client(project="demo-conteur")


def test_firestore(firestore_host: str) -> None:
    """A Firestore that answers is well."""
    client = _client(firestore_host)
    FirestoreProbe(lambda: client).check(timeout=10)
    client.close()


def test_firestore_out_of_reach() -> None:
    """A Firestore that does not answer is not."""
    client = _client("127.0.0.1:9")
    with pytest.raises(DeadlineError):
        FirestoreProbe(lambda: client).check(timeout=1)
    client.close()
