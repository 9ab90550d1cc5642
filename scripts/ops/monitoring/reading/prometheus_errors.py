"""What can go wrong with a question to a Prometheus, for the person at the terminal.

Google's error bodies: https://cloud.google.com/apis/design/errors#http_mapping; Prometheus's:
https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
"""

import json
from collections.abc import Mapping
from typing import Any

LOG_IN = "Run `gcloud auth application-default login`, and try again"
_REFUSALS, _SERVER_ERRORS = 400, 500
_LENGTH = 200  # of a server's own words
_STATUSES: Mapping[int, tuple[str, str]] = {
    401: (
        "the credentials are not accepted",
        f"{LOG_IN}; a Prometheus of your own takes user:password@ in PROMETHEUS_URL",
    ),
    403: (
        "you have no right to read metrics here",
        "Ask an owner of the project for roles/monitoring.viewer, or log in as somebody who has it",
    ),
    404: (
        "there is no such project, or no Prometheus at this address",
        "Check the name after -P, or PROMETHEUS_URL",
    ),
    429: (
        "too many questions were asked",
        "Wait a minute and try again, with a longer --watch or fewer signals",
    ),
}
_REASONS: Mapping[str, tuple[str, str]] = {
    "SERVICE_DISABLED": (
        "the Cloud Monitoring API is not enabled in the project",
        "Run `gcloud services enable monitoring.googleapis.com`, with --project",
    ),
    "USER_PROJECT_DENIED": (
        "you have no right to use the project's quota, which reading metrics takes",
        "Ask an owner for roles/serviceusage.serviceUsageConsumer as well",
    ),
    "CONSUMER_INVALID": ("there is no such project", "Check the name after -P"),
}
_BROKEN = ("the server failed", "Try again; https://status.cloud.google.com tells of disturbances")
_REFUSED = ("the question was refused", "Mend what it says, and try again")


class QueryError(Exception):
    """A Prometheus did not answer; the text says what happened, what it means and what to do."""

    exit_code = 2


def refusal(where: str, status: int, body: str) -> QueryError:
    """Return what an answer other than 200 means."""
    if status < _REFUSALS:
        return no_prometheus(where, body or f"HTTP {status}")
    document = parsed(body)
    happened, mend = _told(status, _reason(document))
    return _error(where, f"{happened} (HTTP {status}{_words(document)})", mend)


def no_answer(where: str, problem: object) -> QueryError:
    """Return what it means that nothing came back in time."""
    return _error(
        where,
        f"it could not be reached in time ({_short(str(problem))})",
        "Check the network, and that what you ask still runs, and try again",
    )


def no_credentials(where: str, problem: object) -> QueryError:
    """Return what it means that Google's libraries find no credentials, or cannot renew them."""
    return _error(
        where, f"there are no credentials that Google accepts ({_short(str(problem))})", LOG_IN
    )


def no_prometheus(where: str, body: str) -> QueryError:
    """Return what it means that the answer is not one of the query API's."""
    return _error(
        where,
        f"what answers there is no Prometheus ({_short(body) or 'an empty answer'})",
        "Check the address in PROMETHEUS_URL, and whether a proxy answers in its place",
    )


def parsed(body: str) -> Any:  # noqa: ANN401 - whatever a server may send
    """Return the JSON, or None where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def _error(where: str, happened: str, mend: str) -> QueryError:
    return QueryError(f"{where}: {happened}. How it does cannot be told. {mend}.")


def _told(status: int, reason: str) -> tuple[str, str]:
    if reason in _REASONS:
        return _REASONS[reason]
    return _STATUSES.get(status, _BROKEN if status >= _SERVER_ERRORS else _REFUSED)


def _reason(document: object) -> str:
    """Return the reason in a Google error's details; empty where it names none."""
    match document:
        case {"error": {"details": [*details]}}:
            reasons = (each.get("reason") for each in details if isinstance(each, dict))
            return next((str(reason) for reason in reasons if reason), "")
        case _:
            return ""


def _words(document: object) -> str:
    """Return what the server itself says of its refusal."""
    match document:
        case {"error": {"message": str(text)}} | {"error": str(text)}:
            return f": {_short(text)}"
        case _:
            return ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LENGTH else f"{line[:_LENGTH]}..."
