"""Settings: what an environment may say, and what stops a start."""

import pytest

from conteur.domain.retry import RetryPolicy
from conteur.settings import (
    LOCAL_OVERRIDES,
    AppCheckMode,
    Environment,
    SettingsError,
    parse_settings,
)

PROJECT = {"GOOGLE_CLOUD_PROJECT": "demo-conteur"}


def test_defaults() -> None:
    """An environment that names only its project is production, without App Check."""
    settings = parse_settings(PROJECT)
    assert (settings.environment, settings.app_check) == (Environment.PRODUCTION, AppCheckMode.OFF)
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
    settings = parse_settings({**PROJECT, "OPENAI_MODEL": "a, b,c"})
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
    ],
)
def test_impossible_setting(name: str, text: str) -> None:
    """A number out of its range, or an unknown choice, stops the start by name."""
    with pytest.raises(SettingsError, match=f"{name}='{text}'"):
        parse_settings({**PROJECT, name: text})
