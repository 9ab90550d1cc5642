"""The settings of the store, which stop its own functions only."""

import pytest

from conteur.domain.retry import RetryPolicy
from conteur.domain.store.rate_limit import RateRule
from conteur.settings import SettingsError, parse_settings
from conteur.settings.store import SmtpSecurity, SmtpSettings, StoreSettings

STORE = {"GOOGLE_CLOUD_PROJECT": "demo-conteur", "FUNCTION_TARGET": "store_api"}


def parsed(**texts: str) -> StoreSettings:
    return parse_settings({**STORE, **texts}).store


def test_usual_settings() -> None:
    """Without settings of its own the store is closed, and waits and repeats as its guide says."""
    store = parsed()
    assert (store.api_url, store.redis_url, store.smtp) == ("", "", None)
    assert (store.retry, store.rate) == (RetryPolicy(3, 1.0, 5.0), RateRule(120, 60))
    assert (store.deadline_seconds, store.pool_size, store.waiting) == (20, 8, 80)


def test_the_guides_settings() -> None:
    """Fewer attempts and shorter waits are settings, in milliseconds."""
    store = parsed(STORE_MAX_ATTEMPTS="2", STORE_INITIAL_DELAY_MS="500", STORE_MAX_DELAY_MS="3000")
    assert store.retry == RetryPolicy(2, 0.5, 3.0)


def test_mail() -> None:
    """A mail server needs no more than its name."""
    smtp = parsed(SMTP_HOST="mail.example.com").smtp
    sender = "no-reply@mail.example.com"
    assert smtp == SmtpSettings("mail.example.com", 587, SmtpSecurity.STARTTLS, "", sender)


def test_an_address_without_its_last_slash() -> None:
    """Links are built with the address, whether it ends with a slash or not."""
    assert parsed(NEXT_PUBLIC_API_URL="https://example.com/").api_url == "https://example.com"


BAD = {
    "NEXT_PUBLIC_API_URL": "example.com",
    "REDIS_URL": "10.0.0.3:6379",
    "STORE_MAX_ATTEMPTS": "0",
    "STORE_MAX_DELAY_MS": "soon",
    "STORE_DEADLINE_SECONDS": "60",
    "STORE_POOL_SIZE": "0",
    "STORE_REQUESTS_A_MINUTE": "-1",
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("function", ["store_api", "tend_store"])
def test_bad_settings(name: str, function: str) -> None:
    """One that cannot be used stops the store's functions by name."""
    with pytest.raises(SettingsError, match=name):
        parsed(**{name: BAD[name]}, FUNCTION_TARGET=function)


def test_stories_are_told_whatever_the_store_is_told() -> None:
    """A mistake in the store's settings stops nobody else's function."""
    settings = parse_settings({**STORE, **BAD, "FUNCTION_TARGET": "generate_story"})
    assert settings.store.pool_size == 8


def test_a_bad_address_is_not_quoted() -> None:
    """Addresses may hold passwords."""
    with pytest.raises(SettingsError) as caught:
        parsed(REDIS_URL="redi://:hush@10.0.0.3")
    assert "hush" not in str(caught.value)
