"""Looks at each dependency for the deep health check: cheap, free of charge, bounded.

A check builds its adapter where nobody has yet: one that cannot be built is one dependency's
failure.
"""

from collections.abc import Callable

from google.api_core.exceptions import GoogleAPICallError
from google.cloud.firestore import Client

from conteur.adapters.api_key import ApiKey
from conteur.adapters.openai_api.model import OpenAIModel
from conteur.errors import DeadlineError, Phase


class FirestoreProbe:
    """Reads a document that is not there."""

    name = "firestore"

    def __init__(self, client: Callable[[], Client]) -> None:
        self._client = client

    def check(self, timeout: float) -> None:
        """Raise DeadlineError (phase store) unless Firestore answers."""
        try:
            self._client().document("health/probe").get(retry=None, timeout=timeout)
        except GoogleAPICallError:
            raise DeadlineError("Firestore did not answer", Phase.STORE) from None


class SecretProbe:
    """Asks for the model's key, which is usually kept already."""

    name = "secretManager"

    def __init__(self, key: Callable[[], ApiKey]) -> None:
        self._key = key

    def check(self, timeout: float) -> None:
        """Raise SecretUnavailableError, or DeadlineError (phase secret), unless there is a key."""
        self._key().get(timeout)


class ModelProbe:
    """Asks the model's server for its list of models, which is free."""

    name = "openai"

    def __init__(self, model: Callable[[], OpenAIModel]) -> None:
        self._model = model

    def check(self, timeout: float) -> None:
        """Raise what Model.tell may raise before its first delta."""
        self._model().reach(timeout)
