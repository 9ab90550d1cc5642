"""The store of one run of the stack: PostgreSQL, secrets that nobody else has, and an author."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path

import psycopg

from conteur.settings.store import DATABASE_SECRET, PROVIDER_SECRETS, TOKEN_SECRET
from scripts.local.errors import LocalStackError
from scripts.local.postgres import Postgres
from scripts.ops.database import DatabaseError
from scripts.ops.migrations import migrate

DATABASE = "conteur"
PROVIDERS = ("email_verification", "payments")
"""The steps that migrations/0002_steps.sql leaves to a provider."""
SECRETS_FILE = "store-secrets.json"
KEY_ID = "local"
KEY_BYTES = 48
AUTHOR, SLUG = "demo-author", "demo-store"
_AUTHOR = "INSERT INTO users (id, firebase_uid, market) VALUES (%s, %s, 'FR')"
_STORE = "INSERT INTO stores (user_id, slug, name) VALUES (%s, %s, 'Demo store')"


class LocalStore:
    """A server that is started with the stack's other processes, and the secrets to it."""

    def __init__(self, folder: Path, port: int) -> None:
        """Choose the secrets, and leave them in `folder` for this user's other commands."""
        self.server = Postgres(folder, port)
        self.url = self.server.url(DATABASE)
        self.secrets: Mapping[str, str] = {
            DATABASE_SECRET: self.url,
            TOKEN_SECRET: _random_keys(KEY_ID),
            PROVIDER_SECRETS: _random_keys(*PROVIDERS),
        }
        _write_privately(folder / SECRETS_FILE, json.dumps(self.secrets))

    def open(self) -> None:
        """Wait for the server and make the migrated database. Raises LocalStackError."""
        self.server.wait_until_ready()
        self.server.create(DATABASE)
        try:
            migrate(self.url)
        except DatabaseError as error:
            raise LocalStackError(f"The store's database cannot be made. {error}") from error

    def add_author(self, firebase_uid: str) -> None:
        """Add the demo author, who has a store and nothing of onboarding done."""
        with psycopg.connect(self.url) as connection:
            connection.execute(_AUTHOR, (AUTHOR, firebase_uid))
            connection.execute(_STORE, (AUTHOR, SLUG))


def left_secrets(folder: Path) -> Mapping[str, str]:
    """Return the secrets of the store whose run has this folder."""
    found: Mapping[str, str] = json.loads((folder / SECRETS_FILE).read_text())
    return found


def _random_keys(*names: str) -> str:
    keys = {name: secrets.token_urlsafe(KEY_BYTES) for name in names}
    return json.dumps(keys, separators=(",", ":"))


def _write_privately(path: Path, text: str) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text)
