"""The store of a run has a migrated database, secrets of its own, and the demo author."""

import json
import stat
from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest

from conteur.domain.store.jwt_keys import JwtKeys
from scripts.local.ports import reserved_ports
from scripts.local.processes import running_together
from scripts.local.run_directory import run_directory
from scripts.local.store import SECRETS_FILE, LocalStore, left_secrets

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def store() -> Iterator[LocalStore]:
    with run_directory() as folder, reserved_ports(1) as (port,):
        made = LocalStore(folder, port)
        with running_together([made.server.process]):
            made.open()
            yield made


def rows(store: LocalStore, query: LiteralString) -> list[tuple[object, ...]]:
    with psycopg.connect(store.url) as connection:
        return connection.execute(query).fetchall()


def test_its_database_has_the_synthetic_shop(store: LocalStore) -> None:
    """The migrations are applied: the shop that may be published again and again is there."""
    assert rows(store, "SELECT synthetic FROM stores WHERE slug = 'synthetic-shop'") == [(True,)]


def test_the_demo_author_is_a_user_of_firebase_who_has_done_nothing(store: LocalStore) -> None:
    """The demo author has a French store and a Firebase user, and nothing of onboarding done."""
    store.add_author("firebase-uid")
    author = "SELECT firebase_uid, market, slug FROM users JOIN stores ON user_id = users.id"
    assert rows(store, f"{author} WHERE users.id = 'demo-author'") == [
        ("firebase-uid", "FR", "demo-store")
    ]
    assert rows(store, "SELECT * FROM user_onboarding WHERE user_id = 'demo-author'") == []


def test_every_step_of_a_provider_has_a_secret(store: LocalStore) -> None:
    """Each step that a provider completes has its own secret, of 32 bytes at least."""
    steps = "SELECT id FROM onboarding_step_definitions WHERE completed_by = 'provider'"
    found = json.loads(store.secrets["PROVIDER_SECRETS"])
    assert {step for (step,) in rows(store, steps)} == found.keys()
    assert min(map(len, found.values())) >= 32
    assert len(set(found.values())) == len(found)


def test_the_secrets_are_left_to_their_user_alone(store: LocalStore) -> None:
    """The secrets are in the run's folder, in a file that only their user may read."""
    folder = store.server.process.log.parent
    assert left_secrets(folder) == store.secrets
    assert stat.S_IMODE((folder / SECRETS_FILE).stat().st_mode) == 0o600


def test_two_runs_have_no_secret_in_common() -> None:
    """Passwords and keys are made anew for each run."""
    with run_directory() as one, run_directory() as other:
        found = [LocalStore(folder, 1).secrets for folder in (one, other)]
    assert not {*found[0].values()} & {*found[1].values()}


def test_tokens_are_signed_with_a_key_that_has_a_name(store: LocalStore) -> None:
    """JWT_SECRET is a set of one key, as one that can rotate."""
    assert JwtKeys.parse(store.secrets["JWT_SECRET"]).signing[0] == "local"
