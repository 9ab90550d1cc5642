"""How Google's services that browsers call look at the API key."""

from collections.abc import Callable
from http import HTTPStatus

from scripts.local.standins.google_rest.frame import Asked, RestRefusalError

_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


def project_of(asked: Asked, host: str, project_of_key: Callable[[str], str | None]) -> str:
    """Return the project whose key a request has. Raises RestRefusalError.

    Sources: https://cloud.google.com/docs/authentication/api-keys-use (the two places of a key),
    https://cloud.google.com/apis/docs/troubleshooting (both refusals).
    """
    key = asked.one("key") or asked.headers.get("x-goog-api-key", "")
    if not key:
        raise RestRefusalError(
            HTTPStatus.FORBIDDEN,
            "Method doesn't allow unregistered callers (callers without established identity). "
            "Please use API Key or other form of API consumer identity to call this API.",
        )
    project = project_of_key(key)
    if project is None:
        raise RestRefusalError(
            HTTPStatus.BAD_REQUEST,
            "API key not valid. Please pass a valid API key.",
            details=[
                {
                    "@type": _INFO,
                    "reason": "API_KEY_INVALID",
                    "domain": "googleapis.com",
                    "metadata": {"service": host},
                }
            ],
        )
    return project
