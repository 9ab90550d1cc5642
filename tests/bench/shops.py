"""Authors whose stores can be published, in a PostgreSQL that keeps what it has committed."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import jwt
import psycopg

from conteur.settings.store import DATABASE_SECRET, TOKEN_SECRET
from scripts.local.postgres import postgres
from scripts.local.run_directory import run_directory
from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.ops.migrations import migrate
from tests.bench.measures.measure import Stage

DURABLE = {"fsync": "on"}
TOKEN_SECONDS = 3600
SIGNING_KEY = "a key that signs tokens for the time of a trial"
AUTHORS = """
INSERT INTO users (id, market) SELECT 'author-' || n, 'FR' FROM generate_series(1, %(count)s) n
"""
STORES = """
INSERT INTO stores (user_id, slug, name) SELECT id, id, id FROM users WHERE id LIKE 'author-%%'
"""
READY = """
INSERT INTO user_onboarding (user_id, step_id, version, status, completed_by, completed_at)
SELECT users.id, step.id, step.version, 'done', 'bench', now()
FROM users, onboarding_step_definitions step
WHERE users.id LIKE 'author-%%' AND step.required
      AND (market_rule IS NULL OR market_rule -> 'in' ? users.market)
"""


@dataclass(frozen=True)
class Shops:
    """A stage whose services know the database, and authors who have not published yet."""

    stage: Stage
    url: str
    log: Path
    authors: Iterator[str]

    def take(self, count: int) -> Sequence[str]:
        """Return the next authors."""
        return [next(self.authors) for _ in range(count)]


@contextmanager
def shops(stage: Stage, count: int) -> Iterator[Shops]:
    """Run a server of its own with so many authors until the block ends."""
    with ExitStack() as running:
        folder = running.enter_context(run_directory())
        server = running.enter_context(postgres(folder, DURABLE))
        url = server.url()
        migrate(url)
        _fill(url, count)
        secrets = SecretManagerStandIn({DATABASE_SECRET: url, TOKEN_SECRET: SIGNING_KEY})
        more = {
            "SECRET_MANAGER_ENDPOINT": running.enter_context(secrets.serve()),
            DATABASE_SECRET: url,
        }
        services = replace(stage.services, more=more)
        authors = (f"author-{number}" for number in range(1, count + 1))
        yield Shops(replace(stage, services=services), url, server.process.log, authors)


def author_token(author: str) -> str:
    """Return a token of the author, as the product signs its own."""
    now = int(time.time())
    claims = {"sub": author, "iss": "conteur", "aud": "conteur-store"}
    return jwt.encode({**claims, "iat": now, "exp": now + TOKEN_SECONDS}, SIGNING_KEY, "HS256")


def _fill(url: str, count: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(AUTHORS, {"count": count})
        connection.execute(STORES)
        connection.execute(READY)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
