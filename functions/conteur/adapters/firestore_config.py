"""The operator's knobs in Firestore: the document `config/runtime`.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from collections.abc import Mapping

from google.cloud.firestore import Client

from conteur.adapters.firestore_failures import translated
from conteur.adapters.google_retry import repeated
from conteur.errors import Phase

DOCUMENT = "config/runtime"
NOTES = ("revision", "changedAt", "changedBy", "reason")
"""What the document says of its last change; no knobs."""


class FirestoreConfig:
    """Implements guard_ports.KnobSource."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, timeout: float) -> Mapping[str, object]:
        """Return the document's fields but the operator's notes, in one round trip."""
        document = self._client.document(DOCUMENT)
        with translated(Phase.ADMISSION):
            found = repeated(
                lambda left: document.get(retry=None, timeout=left), timeout, "firestore"
            )
        return knob_fields(found.to_dict() or {})


def knob_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the document's fields without the operator's notes."""
    return {name: value for name, value in fields.items() if name not in NOTES}
