"""The tables that the store's deployment guide asks for."""

import psycopg
import pytest

QUERY = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = 'public'
AND table_name IN (
  'onboarding_step_definitions',
  'user_onboarding',
  'onboarding_events',
  'users'
);
"""


@pytest.mark.server
def test_the_guides_query(database: str) -> None:
    """A migrated database has the four tables that the guide's query looks for."""
    with psycopg.connect(database) as connection:
        assert len(connection.execute(QUERY).fetchall()) == 4
