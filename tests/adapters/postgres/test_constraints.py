"""What the database itself refuses, whoever writes it."""

from typing import LiteralString

import psycopg
import pytest

from tests.adapters.postgres.world import World

pytestmark = pytest.mark.server

STEP: LiteralString = (
    "INSERT INTO onboarding_step_definitions "
    "(id, version, title, required, weight, position, completed_by, market_rule, action) VALUES "
)
PROGRESS: LiteralString = "INSERT INTO user_onboarding (user_id, step_id, version, "
MAIL: LiteralString = "INSERT INTO mail_outbox (user_id, kind, recipient, facts"
KEPT: LiteralString = (
    "INSERT INTO idempotency_records "
    "(user_id, route, key, fingerprint, status, body, expires_at) VALUES "
)

REFUSED: dict[str, LiteralString] = {
    "author_id": "INSERT INTO users (id, market) VALUES ('a b', 'FR')",
    "author_twice": "INSERT INTO users (id, market) VALUES ('anna', 'FR')",
    "market": "INSERT INTO users (id, market) VALUES ('carl', 'fr')",
    "no_market": "INSERT INTO users (id) VALUES ('carl')",
    "role": "INSERT INTO users (id, market, role) VALUES ('carl', 'FR', 'Owner!')",
    "email": "INSERT INTO users (id, market, email) VALUES ('carl', 'FR', '')",
    "firebase_twice": "UPDATE users SET firebase_uid = 'firebase-anna' WHERE id = 'bert'",
    "firebase_uid": "UPDATE users SET firebase_uid = 'a/b' WHERE id = 'bert'",
    "author_with_store": "DELETE FROM users WHERE id = 'anna'",
    "second_store": "INSERT INTO stores (user_id, slug, name) VALUES ('anna', 'second', 'A')",
    "store_of_nobody": "INSERT INTO stores (user_id, slug, name) VALUES ('carl', 'carls', 'C')",
    "slug_twice": "UPDATE stores SET slug = 'bert-shop' WHERE user_id = 'anna'",
    "slug": "UPDATE stores SET slug = 'Anna' WHERE user_id = 'anna'",
    "slug_end": "UPDATE stores SET slug = 'anna-' WHERE user_id = 'anna'",
    "slug_path": "UPDATE stores SET slug = '../anna' WHERE user_id = 'anna'",
    "name": "UPDATE stores SET name = '' WHERE user_id = 'anna'",
    "half_published": "UPDATE stores SET published_at = now() WHERE user_id = 'anna'",
    "half_private": "UPDATE stores SET publication_id = gen_random_uuid()",
    "row_version": "UPDATE stores SET row_version = 0 WHERE user_id = 'anna'",
    "step_id": STEP + "('A', 1, 'A', true, 1, 1, 'person', NULL, '{\"type\": \"redirect\", "
    '"url": "/"}\')',
    "step_version": "UPDATE onboarding_step_definitions SET version = 0 WHERE id = 'product'",
    "step_title": "UPDATE onboarding_step_definitions SET title = ''",
    "weight": "UPDATE onboarding_step_definitions SET weight = 101",
    "completer": "UPDATE onboarding_step_definitions SET completed_by = 'anybody'",
    "no_time": "UPDATE onboarding_step_definitions SET active_to = active_from",
    "action": "UPDATE onboarding_step_definitions SET action = '{}'",
    "action_null": "UPDATE onboarding_step_definitions SET action = 'null'",
    "action_type": 'UPDATE onboarding_step_definitions SET action = \'{"type": "go"}\'',
    "action_target": 'UPDATE onboarding_step_definitions SET action = \'{"type": "redirect", '
    '"modal": "x"}\'',
    "rule": "UPDATE onboarding_step_definitions SET market_rule = '{}'",
    "rule_null": "UPDATE onboarding_step_definitions SET market_rule = 'null'",
    "rule_text": 'UPDATE onboarding_step_definitions SET market_rule = \'{"in": "FR"}\'',
    "rule_empty": "UPDATE onboarding_step_definitions SET market_rule = '{\"in\": []}'",
    "rule_number": "UPDATE onboarding_step_definitions SET market_rule = '{\"in\": [1]}'",
    "rule_case": 'UPDATE onboarding_step_definitions SET market_rule = \'{"in": ["FR", "d"]}\'',
    "rule_more": "UPDATE onboarding_step_definitions "
    'SET market_rule = \'{"in": ["FR"], "not": []}\'',
    "progress_of_no_step": PROGRESS + "status) VALUES ('anna', 'theme', 9, 'todo')",
    "progress_status": PROGRESS + "status) VALUES ('anna', 'theme', 1, 'maybe')",
    "done_at_no_time": PROGRESS + "status) VALUES ('anna', 'theme', 1, 'done')",
    "a_time_not_done": PROGRESS + "completed_at) VALUES ('anna', 'theme', 1, now())",
    "snoozes": PROGRESS + "snooze_count) VALUES ('anna', 'theme', 1, 4)",
    "verification": PROGRESS + "verification) VALUES ('anna', 'theme', 1, 'done')",
    "verification_reason": PROGRESS
    + "verification_reason) VALUES ('anna', 'theme', 1, repeat('x', 501))",
    "step_in_use": "DELETE FROM onboarding_step_definitions WHERE id = 'payments'",
    "event_type": "INSERT INTO onboarding_events (user_id, event_type, correlation_id) "
    "VALUES ('anna', 'published', gen_random_uuid())",
    "event_metadata": "INSERT INTO onboarding_events (user_id, event_type, metadata, "
    "correlation_id) VALUES ('anna', 'store.published', '[]', gen_random_uuid())",
    "event_of_nobody": "INSERT INTO onboarding_events (user_id, event_type, correlation_id) "
    "VALUES ('carl', 'store.published', gen_random_uuid())",
    "kept_failure": KEPT + "('anna', 'r', 'k', repeat('0', 64), 500, '{}', now())",
    "kept_fingerprint": KEPT + "('anna', 'r', 'k', 'x', 200, '{}', now())",
    "kept_key": KEPT + "('anna', 'r', '', repeat('0', 64), 200, '{}', now())",
    "kept_for_nobody": KEPT + "('carl', 'r', 'k', repeat('0', 64), 200, '{}', now())",
    "call_id": "INSERT INTO provider_calls (provider, call_id) VALUES ('payments', '')",
    "mail_kind": MAIL + ") VALUES ('anna', 'spam', 'a@example.com', '{}')",
    "mail_facts": MAIL + ") VALUES ('anna', 'store_published', 'a@example.com', '1')",
    "mail_attempts": MAIL + ", attempts) "
    "VALUES ('anna', 'store_published', 'a@example.com', '{}', -1)",
    "mail_over_twice": MAIL + ", sent_at, given_up_at) "
    "VALUES ('anna', 'store_published', 'a@example.com', '{}', now(), now())",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(quiet_world: World, name: str) -> None:
    """The row is refused by a constraint, not for a mistake in the statement."""
    with pytest.raises((psycopg.IntegrityError, psycopg.errors.InvalidParameterValue)):
        quiet_world.run(REFUSED[name])


def test_the_rows_they_would_be(world: World) -> None:
    """The same rows without their faults are taken."""
    world.run(
        STEP + "('imprint', 1, 'A', true, 1, 1, 'person', '{\"in\": [\"DE\", \"AT\"]}', "
        '\'{"type": "redirect", "url": "/"}\')'
    )
    world.run(PROGRESS + "status, completed_at) VALUES ('anna', 'imprint', 1, 'done', now())")
    world.run(KEPT + "('anna', 'r', 'k', repeat('0', 64), 409, '{}', now())")
    world.run(MAIL + ", sent_at) VALUES ('anna', 'store_published', 'a@b.de', '{}', now())")
    assert world.run("SELECT count(*) FROM user_onboarding WHERE user_id = 'anna'") == [(1,)]
