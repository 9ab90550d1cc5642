"""A client of the Prometheus query API, which Cloud Monitoring speaks as well.

https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
https://cloud.google.com/stackdriver/docs/managed-prometheus/query-api-ui#api-prometheus
"""

import warnings
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import google.auth
from google.auth.exceptions import GoogleAuthError, TransportError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2.credentials import Credentials as UserCredentials
from requests import RequestException, Response, Session
from requests.adapters import HTTPAdapter

from scripts.ops.monitoring.reading import prometheus_errors as errors
from scripts.ops.monitoring.reading.answers import Answer, Answers, Sample
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.monitoring.reading.source import Source

GOOGLE = "https://monitoring.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/monitoring.read"
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
AT_ONCE = 16
"""Questions at the same time: all signals take three rounds, and far less than any quota."""
_OK = 200
_HERE = {"127.0.0.1", "::1", "localhost"}


class Prometheus:
    """The query API below `url`; `name` is for people.

    `limits` are the seconds until it must be connected, and until it must answer.
    """

    def __init__(
        self,
        session: Session,
        url: str,
        name: str,
        limits: tuple[float, float] = (CONNECT_SECONDS, ANSWER_SECONDS),
    ) -> None:
        self._session = session
        self._limits = limits
        self._url = f"{url}/api/v1/query"
        self._name = name

    def ask(self, queries: Collection[str], at: float) -> Answers:
        """Return each query's answer as of `at`, in Unix seconds, or why there is none.

        Raises QueryError where not one of them was answered.
        """
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            found = list(pool.map(partial(self._tried, at), queries))
        finally:
            pool.shutdown(cancel_futures=True)
        if found and all(isinstance(each, QueryError) for each in found):
            raise found[0]  # type: ignore[misc]  # the line above has looked
        return dict(zip(queries, found, strict=True))

    def _tried(self, at: float, query: str) -> Answer | QueryError:
        try:
            return self._asked(at, query)
        except QueryError as error:
            return error

    def _asked(self, at: float, query: str) -> Answer:
        # A body, for the longest queries would not pass as part of a URL everywhere.
        form = {"query": query, "time": f"{at:.3f}", "timeout": f"{self._limits[1]:g}s"}
        try:
            reply = self._session.post(self._url, form, timeout=self._limits, allow_redirects=False)
        except (RequestException, TransportError) as error:
            raise errors.no_answer(self._name, error) from error
        except GoogleAuthError as error:
            raise errors.no_credentials(self._name, error) from error
        return self._answer(reply)

    def _answer(self, reply: Response) -> Answer:
        if reply.status_code != _OK:
            raise errors.refusal(self._name, reply.status_code, reply.text)
        try:
            return _read(errors.parsed(reply.text))
        except (KeyError, TypeError, ValueError) as error:
            raise errors.no_prometheus(self._name, reply.text) from error


@contextmanager
def connected(source: Source, google: str = GOOGLE) -> Iterator[Prometheus]:
    """Yield the Prometheus of a source; `google` is where Cloud Monitoring is.

    Raises QueryError where there are no credentials.
    """
    path = f"{google}/v1/projects/{source.project}/location/global/prometheus"
    with AuthorizedSession(_credentials(source)) if source.project else Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(pool_maxsize=AT_ONCE))
        url = path if source.project else source.url
        session.trust_env = urlsplit(url).hostname not in _HERE  # no proxy leads to this machine
        yield Prometheus(session, url, source.name)


def charged(credentials: Any, project: str) -> Any:  # noqa: ANN401 - google.auth is untyped
    """Return credentials whose questions count against a quota: a person's need to be told whose.

    A service account's count against its own project's, and need no further right then.
    """
    if isinstance(credentials, UserCredentials) and not credentials.quota_project_id:
        return credentials.with_quota_project(project)
    return credentials


def _credentials(source: Source) -> Any:  # noqa: ANN401 - google.auth is untyped
    """Return fresh credentials, so that not every thread has to fetch a token."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of the project that is named below
            credentials, _ = google.auth.default(scopes=[SCOPE])
        credentials = charged(credentials, source.project)
        credentials.refresh(partial(Request(), timeout=CONNECT_SECONDS))
    except TransportError as error:
        raise errors.no_answer(source.name, error) from error
    except GoogleAuthError as error:
        raise errors.no_credentials(source.name, error) from error
    return credentials


def _read(document: Any) -> Answer:  # noqa: ANN401 - whatever a server may send
    """Return the answer. Raises KeyError, TypeError or ValueError for what is none."""
    data = document["data"]
    if document["status"] != "success" or data["resultType"] != "vector":
        raise ValueError(data)
    samples = [Sample(series["metric"], float(series["value"][1])) for series in data["result"]]
    return Answer(samples, document.get("warnings") or ())
