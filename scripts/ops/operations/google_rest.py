"""Google's REST services, by a person's own rights, where there is no well-kept client library."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import google.auth
from google.auth.exceptions import GoogleAuthError, TransportError
from google.auth.transport.requests import AuthorizedSession
from requests import RequestException, Response, Session

from scripts.ops.monitoring.reading.prometheus_api import charged
from scripts.ops.operations.errors import BusyError, OperationError
from scripts.ops.operations.site import Site

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
LIMITS = (5.0, 20.0)  # seconds until it must be connected, and until it must answer
Body = dict[str, Any]
_CONFLICTS = {409, 412}


class RestError(OperationError):
    """A service refused, or could not be reached. `status` is HTTP's; 0 where there is none."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class GoogleRest:
    """Calls REST services of a site. Methods raise RestError, and BusyError for a conflict."""

    def __init__(self, session: Session, site: Site) -> None:
        self._session = session
        self._site = site

    def get(self, host: str, path: str, **query: str | list[str]) -> Body:
        """Return what is at a path (`v1/projects/...`) of a host (`run.googleapis.com`)."""
        return self._call("GET", host, path, params=query)

    def post(self, host: str, path: str, body: Mapping[str, Any]) -> Body:
        """Send a body, and return the answer."""
        return self._call("POST", host, path, json=dict(body))

    def _call(self, method: str, host: str, path: str, **sent: Any) -> Body:  # noqa: ANN401 - requests' own
        url = f"{self._site.rest(host)}/{path}"
        try:
            reply = self._session.request(
                method, url, timeout=LIMITS, allow_redirects=False, **sent
            )
        except (RequestException, TransportError) as error:
            raise RestError(
                f"{host} could not be reached in time. Check the network, and "
                "https://status.cloud.google.com, and try again."
            ) from error
        except GoogleAuthError as error:
            raise no_credentials() from error
        return _read(host, reply, self._site.project)


@contextmanager
def connected(site: Site) -> Iterator[GoogleRest]:
    """Yield the REST services of a site. Raises RestError where there are no credentials."""
    with _session(site) as session:
        session.trust_env = not site.stands_in  # no proxy leads to this machine
        yield GoogleRest(session, site)


def _session(site: Site) -> Session:
    if site.stands_in:
        return Session()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of the project that is named below
            credentials, _ = google.auth.default(scopes=[SCOPE])
    except GoogleAuthError as error:
        raise no_credentials() from error
    session: Session = AuthorizedSession(charged(credentials, site.project))
    return session


def no_credentials() -> RestError:
    """Return the error of whoever is nobody for Google."""
    return RestError(
        "There are no credentials that Google accepts. Run `gcloud auth application-default "
        "login`, and try again.",
        401,
    )


def _read(host: str, reply: Response, project: str) -> Body:
    if reply.ok:
        read: Body = reply.json() if reply.content else {}
        return read
    told = _message(reply)
    if reply.status_code in _CONFLICTS:
        raise BusyError(f"{host}: somebody else was faster ({told}). Look, and try again.")
    raise RestError(f"{host}, {project}: {told}.", reply.status_code)


def _message(reply: Response) -> str:
    """Return what the service says, as https://google.aip.dev/193 has it."""
    try:
        return f"{reply.json()['error']['message']}".rstrip(".")
    except (ValueError, KeyError, TypeError):
        return f"HTTP {reply.status_code}"
