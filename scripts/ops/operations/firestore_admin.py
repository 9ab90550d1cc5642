"""Google's client of Firestore's administration, of the real one or of a stand-in."""

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from google.cloud.firestore_admin_v1 import FirestoreAdminClient
from google.cloud.firestore_admin_v1.services.firestore_admin.transports import (
    FirestoreAdminGrpcTransport,
)


@contextmanager
def opened(endpoint: str) -> Iterator[FirestoreAdminClient]:
    """Yield the client of a stand-in at `endpoint`, without TLS; where it is empty, of Google's.

    Raises GoogleAuthError where there are no credentials.
    """
    if not endpoint:
        with FirestoreAdminClient() as client:
            yield client
        return
    with grpc.insecure_channel(endpoint) as channel:
        yield FirestoreAdminClient(transport=FirestoreAdminGrpcTransport(channel=channel))
