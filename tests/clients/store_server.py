"""A served `store_api` over a database of its own, with a Secret Manager that has its secrets."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import jwt

from scripts.local.serving import served
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.secret_manager import SecretManagerStandIn
from tests.issuer import Issuer

SIGNING_KEY = "a key that signs the tokens of nobody else's tests"
PROVIDERS_KEY = "a key that signs the calls of nobody else's tests"
AUTHOR = "synthetic-author"


@contextmanager
def store_server(folder: Path, database: str, issuer: Issuer, firestore_host: str) -> Iterator[str]:
    """Serve the function, and yield its URL."""
    secrets = {
        "DATABASE_URL": database,
        "JWT_SECRET": SIGNING_KEY,
        "PROVIDER_SECRETS": json.dumps({s: f"{PROVIDERS_KEY}: {s}" for s in ("payments", "theme")}),
    }
    with ExitStack() as running:
        environment = {
            "FIRESTORE_EMULATOR_HOST": firestore_host,
            "SECRET_MANAGER_ENDPOINT": running.enter_context(SecretManagerStandIn(secrets).serve()),
            "MONITORING_ENDPOINT": running.enter_context(MonitoringStandIn().serve()),
            "ID_TOKEN_CERTS_URL": issuer.certs_url,
            "NEXT_PUBLIC_API_URL": "https://shops.example",
            "STORE_REQUESTS_A_MINUTE": "100000",
        }
        url, _ = running.enter_context(served("store_api", environment, folder / "store_api.log"))
        yield url


def author_token() -> str:
    """Return a token of the synthetic shop's author, good for an hour."""
    now = int(time.time())
    claims = {"sub": AUTHOR, "iss": "conteur", "aud": "conteur-store"}
    return jwt.encode({**claims, "iat": now, "exp": now + 3600}, SIGNING_KEY, "HS256")
