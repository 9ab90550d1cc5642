"""Settings: what an environment may say, and what stops a start."""

from datetime import date

import pytest

from conteur.domain.budget import BudgetRule
from conteur.domain.moderation import ModerationMode
from conteur.domain.prices import Price
from conteur.domain.quota import Limits, QuotaRule
from conteur.domain.retry import RetryPolicy
from conteur.settings import (
    LOCAL_OVERRIDES,
    AccountLookup,
    AppCheckMode,
    Environment,
    Settings,
    SettingsError,
    parse_settings,
)

PROJECT = {"GOOGLE_CLOUD_PROJECT": "demo-conteur"}


def guards(settings: Settings) -> tuple[AppCheckMode, AccountLookup, ModerationMode]:
    access = settings.access
    return access.app_check, access.accounts, settings.moderation.mode


@pytest.mark.parametrize(
    ("environment", "usual"),
    [
        ("staging", (AppCheckMode.OFF, AccountLookup.ON, ModerationMode.OPENAI)),
        ("local", (AppCheckMode.OFF, AccountLookup.OFF, ModerationMode.OFF)),
    ],
)
def test_guards_that_are_not_set(
    environment: str, usual: tuple[AppCheckMode, AccountLookup, ModerationMode]
) -> None:
    """Only on one machine are children's stories told that nobody has moderated."""
    assert guards(parse_settings({**PROJECT, "CONTEUR_ENV": environment})) == usual


def test_a_prompt_version_that_is_not_there() -> None:
    """A version without a folder stops the start, and is told with those that there are."""
    with pytest.raises(SettingsError, match="PROMPT_VERSION='story-9' is none of story-2, "):
        parse_settings({**PROJECT, "PROMPT_VERSION": "story-9"})


def test_defaults() -> None:
    """An environment that names only its project is production, with every guard on."""
    settings = parse_settings(PROJECT)
    assert settings.environment is Environment.PRODUCTION
    assert guards(settings) == (AppCheckMode.ENFORCED, AccountLookup.ON, ModerationMode.OPENAI)
    assert settings.deadline_seconds == 28
    assert settings.default_language == "fr"


def test_gcloud_project() -> None:
    """The project's older variable, which the emulators set, is understood too."""
    assert parse_settings({"GCLOUD_PROJECT": "demo-conteur"}).project == "demo-conteur"


@pytest.mark.parametrize("override", LOCAL_OVERRIDES)
@pytest.mark.parametrize("environment", ["staging", "production"])
def test_override_in_production(override: str, environment: str) -> None:
    """An override that serves the local stack stops a real start, by its name."""
    with pytest.raises(SettingsError, match=override):
        parse_settings({**PROJECT, "CONTEUR_ENV": environment, override: "127.0.0.1:1"})


@pytest.mark.parametrize("scheme", ["http", "HTTP"])
def test_unencrypted_model_in_production(scheme: str) -> None:
    """A model behind plain HTTP stops a real start: the key would travel readable."""
    with pytest.raises(SettingsError, match="OPENAI_BASE_URL"):
        parse_settings({**PROJECT, "OPENAI_BASE_URL": f"{scheme}://127.0.0.1:1/v1"})


@pytest.mark.parametrize("override", LOCAL_OVERRIDES)
def test_override_in_local(override: str) -> None:
    """The local stack may name its stand-ins."""
    parse_settings({**PROJECT, "CONTEUR_ENV": "local", override: "127.0.0.1:1"})


def test_local_with_a_real_project() -> None:
    """The local stack's environment cannot be switched on in a real project."""
    with pytest.raises(SettingsError, match="demo-"):
        parse_settings({"GOOGLE_CLOUD_PROJECT": "conteur-production", "CONTEUR_ENV": "local"})


def test_every_problem_at_once() -> None:
    """A start that cannot be names everything that is wrong, so that it is mended once."""
    environ = {"CONTEUR_ENV": "test", "APP_CHECK": "maybe", "STORY_DEADLINE_SECONDS": "soon"}
    with pytest.raises(SettingsError) as error:
        parse_settings(environ)
    for name in ("GOOGLE_CLOUD_PROJECT", *environ):
        assert name in str(error.value)


@pytest.mark.parametrize("seconds", ["0", "-1", "4.9", "50.1", "nan", "inf"])
def test_impossible_deadline(seconds: str) -> None:
    """A deadline leaves time to tell a story, and ends before the platform cuts the call."""
    with pytest.raises(SettingsError, match="STORY_DEADLINE_SECONDS"):
        parse_settings({**PROJECT, "STORY_DEADLINE_SECONDS": seconds})


def test_unknown_default_language() -> None:
    """A default language that no story can be told in stops the start, not the first story."""
    with pytest.raises(SettingsError, match="DEFAULT_LANGUAGE='xx'"):
        parse_settings({**PROJECT, "DEFAULT_LANGUAGE": "xx"})


@pytest.mark.parametrize("address", ["example.com", "https://", "ftp://example.com", "https:// x"])
def test_bad_model_address(address: str) -> None:
    """An address that no request can be sent to stops the start."""
    with pytest.raises(SettingsError, match="OPENAI_BASE_URL"):
        parse_settings({**PROJECT, "OPENAI_BASE_URL": address})


def test_models_in_their_order() -> None:
    """Several models stand in the order of preference, however they are spaced."""
    prices = "a:1/2@2026-01-01,b:1/2@2026-01-01,c:1/2@2026-01-01"
    settings = parse_settings({**PROJECT, "OPENAI_MODEL": "a, b,c", "OPENAI_PRICES": prices})
    assert settings.model.names == ("a", "b", "c")


@pytest.mark.parametrize("names", ["", "a,,b", "a,a"])
def test_bad_model_list(names: str) -> None:
    """A list with a gap or a repetition stops the start."""
    with pytest.raises(SettingsError, match="OPENAI_MODEL"):
        parse_settings({**PROJECT, "OPENAI_MODEL": names})


def test_retry_settings() -> None:
    """How often and how soon a model is asked again is set as the operating guide names it."""
    delays = {"OPENAI_INITIAL_DELAY_MS": "500", "OPENAI_MAX_DELAY_MS": "3000"}
    settings = parse_settings({**PROJECT, "OPENAI_MAX_ATTEMPTS": "2", **delays})
    assert settings.model.retry == RetryPolicy(max_attempts=2, initial_delay=0.5, max_delay=3)
    assert parse_settings(PROJECT).model.retry == RetryPolicy(3, 1, 5)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("OPENAI_MAX_ATTEMPTS", "0"),
        ("OPENAI_MAX_ATTEMPTS", "2.5"),
        ("OPENAI_INITIAL_DELAY_MS", "-1"),
        ("OPENAI_MAX_DELAY_MS", "soon"),
        ("OPENAI_CONNECT_SECONDS", "0"),
        ("OPENAI_FIRST_TOKEN_SECONDS", "nan"),
        ("OPENAI_IDLE_SECONDS", "61"),
        ("OPENAI_CIRCUIT_FAILURES", "0"),
        ("OPENAI_CIRCUIT_REST_SECONDS", "0"),
        ("CLIENT_GONE", "shrug"),
        ("QUOTA_STORIES_PER_DAY", "-1"),
        ("QUOTA_STORIES_AT_ONCE", "1.5"),
        ("QUOTA_ANONYMOUS_STORIES_PER_DAY", "many"),
        ("QUOTA_ANONYMOUS_STORIES_AT_ONCE", "1001"),
        ("BUDGET_USD_PER_DAY", "-0.01"),
        ("BUDGET_USD_PER_DAY", "inf"),
        ("BUDGET_SHARDS", "0"),
        ("BUDGET_SHARDS", "501"),
    ],
)
def test_impossible_setting(name: str, text: str) -> None:
    """A number out of its range, or an unknown choice, stops the start by name."""
    with pytest.raises(SettingsError, match=f"{name}='{text}'"):
        parse_settings({**PROJECT, name: text})


def test_an_impossible_number_says_what_is_possible() -> None:
    """A number that cannot be used comes with the numbers that can."""
    with pytest.raises(SettingsError, match="is no whole number from 1 to 1000"):
        parse_settings({**PROJECT, "QUOTA_STORIES_AT_ONCE": "lots"})


def test_limits() -> None:
    """A user's limits and the day's budget are set as docs/limits.md names them."""
    settings = parse_settings(
        {
            **PROJECT,
            "QUOTA_STORIES_PER_DAY": "7",
            "QUOTA_STORIES_AT_ONCE": "4",
            "QUOTA_ANONYMOUS_STORIES_PER_DAY": "1",
            "QUOTA_ANONYMOUS_STORIES_AT_ONCE": "2",
            "BUDGET_USD_PER_DAY": "0.5",
            "BUDGET_SHARDS": "2",
        }
    )
    assert settings.quota == QuotaRule(Limits(7, 4), anonymous=Limits(1, 2))
    assert settings.budget == BudgetRule(micros_a_day=500_000, shards=2)


def test_usual_limits() -> None:
    """Where nothing is set, the limits are those of the domain."""
    settings = parse_settings(PROJECT)
    assert (settings.quota, settings.budget) == (QuotaRule(), BudgetRule())


def test_prices() -> None:
    """Prices are dollars for a million tokens, exact to the micro-dollar, with their day."""
    prices = "ft:a:org::1:0.15/0.6@2026-01-31, b:2/12.000001@2026-02-01"
    environ = {"OPENAI_MODEL": "b,ft:a:org::1", "OPENAI_PRICES": prices}
    assert parse_settings({**PROJECT, **environ}).model.prices.prices == {
        "ft:a:org::1": Price(150_000, 600_000, date(2026, 1, 31)),
        "b": Price(2_000_000, 12_000_001, date(2026, 2, 1)),
    }


def test_the_usual_model_has_a_price() -> None:
    """An environment that sets neither model nor price can charge its stories."""
    model = parse_settings(PROJECT).model
    assert list(model.prices.prices) == list(model.names)


@pytest.mark.parametrize(
    "prices",
    ["", "a", "a:1@2026-01-01", "a:1/2", "a:1/2@2026-02-30", "a:-1/2@2026-01-01", "a:1,5/2@2026"],
)
def test_a_price_that_cannot_be_read(prices: str) -> None:
    """A price of another form stops the start, and shows the form."""
    with pytest.raises(SettingsError, match=r"no MODEL:INPUT/OUTPUT@DATE such as gpt-5\.4-mini:"):
        parse_settings({**PROJECT, "OPENAI_PRICES": prices})


def test_a_model_without_a_price() -> None:
    """A model whose stories could not be charged stops the start, by its name."""
    with pytest.raises(SettingsError, match="OPENAI_PRICES has no price for the model b: add one"):
        parse_settings({**PROJECT, "OPENAI_MODEL": "gpt-5.4-mini,b"})
