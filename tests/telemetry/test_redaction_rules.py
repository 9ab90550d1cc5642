"""The second net: what looks like a secret is cut out, whoever sends how much of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.telemetry.redaction import SHORTEST, scrub

CUT = "[REDACTED]"
X = "x" * 40
# Each is put together here, so that no file has what looks like a real one.
SECRETS = {
    "OpenAI's key": f"sk-proj-{X}",
    "Stripe's key": f"sk_live_{X}",
    "Stripe's webhook secret": f"whsec_{X}",
    "GitHub's token": f"ghp_{X}",
    "Google's API key": f"AIza{X[:35]}",
    "Google's access token": f"ya29.{X}",
    "OAuth client secret": f"GOCSPX-{X}",
    "Slack's token": f"xoxb-1-{X}",
    "Slack's hook": f"hooks.slack.com/services/T1/B1/{X}",
    "SendGrid's key": f"SG.{X}.{X}",
    "bearer": f"Bearer {X}",
    "BEARER": f"BEARER {X}",
    "basic": "Basic dXNlcjpwYXNzd29yZA==",
    "header": f"Authorization: Token {X}",
    "header in JSON": f'authorization": "{X}',
    "JWT": f"eyJ{X}.eyJ{X}.{X}",
    "unsigned JWT": f"eyJ{X}.eyJ{X}.",
    "signature": "v1=" + 64 * "a",
    "digest": "sha256=" + 64 * "a",
    "password": "password=hunter2",
    "password in a text": "password: hunter2",
    "password in a variable": "PGPASSWORD=hunter2",
    "password in JSON": '"password": "hunter2 hunter2"',
    "password in JSON in a text": '\\"password\\": \\"hunter2\\"',
    "password in quotes": "password='hunter2 hunter2' host=x",
    "refresh token": "refresh_token=hunter2",
    "client's secret": "client_secret=hunter2",
    "token in JSON": "'access_token': 'hunter2'",
    "token in a text": f"token: 1{X}",
    "API key": "api-key=hunter2",
    "header of an API key": "x-api-key: hunter2",
    "GitHub's other token": f"github_pat_{X}",
    "GitLab's token": f"glpat-{X}",
    "Amazon's key": "AKIA" + "HUNTER7Q" * 2,
    "member of a query": f"?key={X}&",
    "PEM": f"-----BEGIN PRIVATE KEY-----\n{X}\n-----END PRIVATE KEY-----",
    "half of a PEM": f"-----BEGIN RSA PRIVATE KEY-----\\n{X}",
}
ADDRESSES = ["postgresql://user:{}@db/x", "redis://:{}@cache/0", "smtps://me%40x.org:{}@mail:465"]
HOSTILE = [
    *("eyJ-", "eyJ.", "sk-", "SG.a", "xoxb-", "bearer ", "Basic a", "authorization ", "v1=a"),
    *("-----BEGIN ", "-----BEGIN A-----", "://a:", "://", "password=", "?key=", "ya29.", "ghp_ "),
    *("password: ", "password='", 'token":"', "token: a", "secret ", "api-key", "AKIA", "glpat-"),
]


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_secrets(secret: str) -> None:
    """Each kind of secret is cut out of a text, and what is before it stays."""
    scrubbed = scrub(f"before {secret} after")
    assert scrubbed.startswith("before ")
    assert CUT in scrubbed
    assert X not in scrubbed
    assert "hunter" not in scrubbed.lower()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("password", ["hunter2", "p/w#?x", "p%40ss", "sk:ss"])
def test_passwords_in_addresses(address: str, password: str) -> None:
    """An address keeps its scheme and its host, and loses user and password."""
    scheme, host = address.partition("://")[0], address.rpartition("@")[2]
    assert scrub(address.format(password)) == f"{scheme}://{CUT}{host}"


@pytest.mark.parametrize(
    "text",
    [
        "https://cloud.google.com/logging/docs/structured-logging#special-payload-fields",
        "http://127.0.0.1:5001/demo-conteur/europe-west1/generate_story",
        "basic authentication without a bearer",
        "Bearer token is missing",
        "the bearer of bad news, or a bearer token.",
        "a basic Understanding of it",
        "the token: it has expired; its signature: wrong",
        "secret = self._secrets.read(name)",
        "europe-asia-1 has 500 tokens",
        "projects/p/traces/0af7651916cd43dd8448eb211c80319c",
        "4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f was told by gpt-4o-mini in 2026-01-01T00:00:00Z",
        "The secret OPENAI_API_KEY could not be read in time. Try again in a moment.",
    ],
)
def test_harmless_texts(text: str) -> None:
    """What a log is full of stays as it is."""
    assert scrub(text) == text


def test_no_secret_is_shorter() -> None:
    """What is passed over for its length is shorter than every secret there is."""
    assert min(map(len, SECRETS.values())) >= SHORTEST
    assert CUT in scrub("sk-" + "x" * (SHORTEST - 3))


@pytest.mark.parametrize("again", HOSTILE)
def test_hostile_texts(again: str) -> None:
    """A text that begins like a secret over and over is read in linear time.

    Where each beginning read all that follows, this would be 10^11 steps, and never end.
    """
    assert scrub(again * (500_000 // len(again))) is not None


@given(st.text(), st.sampled_from(sorted(SECRETS.values())), st.text())
def test_any_surroundings(before: str, secret: str, after: str) -> None:
    """Whatever is around a secret, once it stands by itself none of it is left."""
    assert X not in scrub(f"{before} {secret} {after}") or X in before or X in after
