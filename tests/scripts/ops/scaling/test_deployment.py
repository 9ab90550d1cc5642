import pytest

from conteur.settings import SettingsError, parse_settings
from scripts.ops.scaling.deployment import production
from scripts.ops.scaling.limits import MOST_BUDGET_SHARDS


def test_it_is_what_production_gets() -> None:
    """What stands in .env.production wins over .env, which has the rest."""
    now = production()
    assert (now.max_instances, now.threads, now.places) == (20, 80, 1600)
    assert (now.budget_shards, now.budget_micros) == (16, 20_000_000)
    assert now.tier.name == "1"


def test_the_most_shards_are_those_of_the_settings() -> None:
    """A deploy takes the most shards that the model knows, and not one more."""
    environ = {"GOOGLE_CLOUD_PROJECT": "p", "BUDGET_SHARDS": str(MOST_BUDGET_SHARDS)}
    assert parse_settings(environ).budget.shards == MOST_BUDGET_SHARDS
    with pytest.raises(SettingsError, match="BUDGET_SHARDS"):
        parse_settings({**environ, "BUDGET_SHARDS": str(MOST_BUDGET_SHARDS + 1)})
