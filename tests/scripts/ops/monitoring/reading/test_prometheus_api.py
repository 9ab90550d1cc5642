"""Asking a Prometheus: a real one, and servers that refuse as Google's do."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.oauth2.credentials import Credentials as UserCredentials
from requests import Session

from conteur.telemetry.guard_metrics import MEMORY_PERCENT
from scripts.ops.monitoring.reading.answers import Answer, Sample
from scripts.ops.monitoring.reading.prometheus_api import (
    ANSWER_SECONDS,
    Prometheus,
    charged,
    connected,
)
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.monitoring.reading.readings import queries_of
from scripts.ops.monitoring.reading.source import Source
from scripts.ops.monitoring.signals import SIGNALS
from tests.scripts.ops.monitoring.answering import (
    NOTHING,
    Reply,
    always,
    answering,
    refused_by_google,
)
from tests.scripts.ops.monitoring.recorded import AT, Recording, prometheus_with, steady

PRODUCTION = Source("production", "production", project="conteur-production")
MEMORY = SIGNALS["stories.memory"].query


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run one in which an instance uses half of its memory."""
    recording = Recording()
    recording.add(MEMORY_PERCENT, steady(50))
    with prometheus_with(tmp_path_factory.mktemp("prometheus"), recording) as url:
        yield url


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Log a service account of the test's own in; yield what Google says of its key."""
    said = [json.dumps({"access_token": "granted", "expires_in": 3600, "token_type": "Bearer"})]
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with answering(lambda _: (200 if "access_token" in said[-1] else 400, said[-1])) as tokens:
        (file := tmp_path / "account.json").write_text(
            json.dumps(
                {
                    "type": "service_account",
                    "client_email": "ada@conteur-production.iam.gserviceaccount.com",
                    "private_key": key.decode(),
                    "token_uri": tokens.url,
                }
            )
        )
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield said


def ask(url: str, *queries: str) -> list[Answer | QueryError]:
    with connected(Source("here", "local", url=url)) as prometheus:
        return list(prometheus.ask(queries, AT).values())


@pytest.mark.server
def test_a_value_as_of_the_moment(prometheus: str) -> None:
    """A series comes with its labels and its value, and one of another time does not."""
    labels = {"project_id": "demo-conteur", "namespace": "local", "job": "generate-story"}
    assert ask(prometheus, MEMORY) == [Answer([Sample(labels, 0.5)])]
    with connected(Source("here", "local", url=prometheus)) as later:
        assert later.ask([MEMORY], AT + 3600) == {MEMORY: Answer([])}


@pytest.mark.server
def test_every_query_is_understood(prometheus: str) -> None:
    """A real Prometheus answers what each signal asks, without an error or a warning."""
    queries = queries_of(SIGNALS.values())
    found = ask(prometheus, *queries)
    assert len(found) == len(queries)
    assert all(isinstance(each, Answer) and not each.warnings for each in found)


@pytest.mark.server
def test_a_query_that_is_refused(prometheus: str) -> None:
    """One bad query is told in Prometheus's own words, and the others are answered."""
    refused, answered = ask(prometheus, "sum(", MEMORY)
    assert "the question was refused (HTTP 400: " in str(refused)
    assert "parse error" in str(refused)
    assert isinstance(answered, Answer)


def test_all_is_asked_as_of_one_moment() -> None:
    """Each question names the same time, and how long its answer may take."""
    with answering(always(200, NOTHING)) as server:
        ask(server.url, "a", "b", "c")
    forms = [form for _, form, _ in server.questions]
    assert sorted(form["query"][0] for form in forms) == ["a", "b", "c"]
    assert {form["time"][0] for form in forms} == {f"{AT:.3f}"}
    assert {form["timeout"][0] for form in forms} == {f"{ANSWER_SECONDS:g}s"}


def test_a_partial_answer() -> None:
    """What a Prometheus warns of goes along with the values."""
    body = json.dumps({**json.loads(NOTHING), "warnings": ["a shard did not answer"]})
    with answering(always(200, body)) as server:
        assert ask(server.url, "a") == [Answer([], ["a shard did not answer"])]


@pytest.mark.parametrize(
    ("reply", "happened", "mend"),
    [
        (
            refused_by_google(401, "UNAUTHENTICATED", "Invalid credentials"),
            "the credentials are not accepted (HTTP 401: Invalid credentials)",
            "Run `gcloud auth application-default login`",
        ),
        (
            refused_by_google(403, "PERMISSION_DENIED", "Permission denied"),
            "you have no right to read metrics here (HTTP 403: Permission denied)",
            "roles/monitoring.viewer",
        ),
        (
            refused_by_google(403, "PERMISSION_DENIED", "Not used before", "SERVICE_DISABLED"),
            "the Cloud Monitoring API is not enabled",
            "gcloud services enable monitoring.googleapis.com",
        ),
        (
            refused_by_google(403, "PERMISSION_DENIED", "No quota", "USER_PROJECT_DENIED"),
            "no right to use the project's quota",
            "roles/serviceusage.serviceUsageConsumer",
        ),
        (
            refused_by_google(404, "NOT_FOUND", "Not found"),
            "there is no such project",
            "Check the name after -P, or PROMETHEUS_URL",
        ),
        (
            refused_by_google(429, "RESOURCE_EXHAUSTED", "Quota exceeded"),
            "too many questions were asked (HTTP 429: Quota exceeded)",
            "Wait a minute and try again",
        ),
        (
            refused_by_google(503, "UNAVAILABLE", "The service is unavailable"),
            "the server failed (HTTP 503: The service is unavailable)",
            "https://status.cloud.google.com",
        ),
        (
            always(422, json.dumps({"status": "error", "error": "query timed out"})),
            "the question was refused (HTTP 422: query timed out)",
            "Mend what it says",
        ),
        (always(302, ""), "no Prometheus (HTTP 302)", "a proxy"),
        (always(200, "<html>Log in</html>"), "no Prometheus (<html>Log in</html>)", "a proxy"),
        (always(200, ""), "no Prometheus (an empty answer)", "PROMETHEUS_URL"),
        (always(200, '{"status": "success"}'), "no Prometheus", "PROMETHEUS_URL"),
        (always(200, NOTHING.replace("vector", "matrix")), "no Prometheus", "PROMETHEUS_URL"),
        (always(200, NOTHING.replace("[]", '[{"metric": {}}]')), "no Prometheus", "a proxy"),
    ],
)
def test_each_failure_has_its_remedy(reply: Reply, happened: str, mend: str) -> None:
    """Whatever is answered, the text says where, what it means and what to do next."""
    with answering(reply) as server, pytest.raises(QueryError) as failed:
        ask(server.url, "a", "b")
    text = str(failed.value)
    assert text.startswith("here: ")
    assert happened in text
    assert "How it does cannot be told. " in text
    assert mend in text


def test_no_proxy_leads_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company's proxy is for the way out."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with answering(always(200, NOTHING)) as server:
        assert ask(server.url, "a") == [Answer([])]


def test_nobody_is_there() -> None:
    """A closed port is told, not raised as somebody else's error."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(QueryError, match="could not be reached in time"):
        ask(f"http://127.0.0.1:{port}", "a")


def test_a_server_that_says_nothing() -> None:
    """Waiting for an answer ends."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        session = Session()
        session.trust_env = False
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with session, pytest.raises(QueryError, match=r"in time \(.*Read timed out"):
            Prometheus(session, url, "here", limits=(1.0, 0.05)).ask(["a"], AT)


def test_a_project_is_asked_with_credentials(account: list[str]) -> None:
    """Cloud Monitoring's path names the project; a service account sends a token, and no quota."""
    assert account
    with answering(always(200, NOTHING)) as google, connected(PRODUCTION, google.url) as cloud:
        cloud.ask(["a"], AT)
    [(path, _, headers)] = google.questions
    prefix = "/v1/projects/conteur-production/location/global/prometheus"
    assert path == f"{prefix}/api/v1/query"
    assert headers["Authorization"] == "Bearer granted"
    assert "x-goog-user-project" not in headers


def test_a_person_names_whose_quota_it_is() -> None:
    """A person's credentials have no project of their own; one that they name stays."""
    headers: dict[str, str] = {}
    charged(UserCredentials("token"), "conteur-production").apply(headers)
    assert headers["x-goog-user-project"] == "conteur-production"
    charged(UserCredentials("token", quota_project_id="mine"), "conteur-production").apply(headers)
    assert headers["x-goog-user-project"] == "mine"


def test_a_key_that_is_revoked(account: list[str]) -> None:
    """Whoever is not let in any more is told how to log in, before anything is asked."""
    account.append(json.dumps({"error": "invalid_grant", "error_description": "Account deleted"}))
    with (
        pytest.raises(QueryError, match=r"Account deleted.*gcloud auth application-default login"),
        connected(PRODUCTION),
    ):
        pass


def test_nobody_is_logged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials nothing is asked."""
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with (
        pytest.raises(QueryError, match="gcloud auth application-default login"),
        connected(PRODUCTION),
    ):
        pass
