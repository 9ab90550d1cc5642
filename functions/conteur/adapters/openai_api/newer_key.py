"""What to do about a key that the model's server refuses."""

from http import HTTPStatus

from conteur.adapters.api_key import ApiKey
from conteur.adapters.openai_api.errors import Refusal, error_of
from conteur.domain.secret import Secret


def newer_key(keys: ApiKey, refused: Secret, refusal: Refusal, timeout: float) -> Secret:
    """Return another key where this one was refused; else raise what the refusal means."""
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        newer = keys.refresh_after_refusal(refused, timeout)
        if newer is not None:
            return newer
    raise error_of(refusal)
