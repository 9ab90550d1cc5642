"""Settings of the store: its database, its tokens, its limits, and how it writes to authors."""

import re
from dataclasses import dataclass
from enum import StrEnum

from conteur.domain.ranges import DEADLINE_SECONDS, Range
from conteur.domain.retry import RetryPolicy
from conteur.domain.store.rate_limit import RateRule
from conteur.settings.values import SettingValues

# Names of secrets in Secret Manager; SMTP_PASSWORD is only read where there is an SMTP_USER.
DATABASE_SECRET = "DATABASE_URL"  # noqa: S105 - a name
TOKEN_SECRET = "JWT_SECRET"  # noqa: S105 - likewise
PROVIDER_SECRETS = "PROVIDER_SECRETS"
SMTP_SECRET = "SMTP_PASSWORD"  # noqa: S105 - likewise

_ATTEMPTS = Range(1, 10, whole=True)
_DELAY_MS = Range(1, 60_000)
_CONNECTIONS = Range(1, 100, whole=True)
_REQUESTS = Range(1, 100_000, whole=True)
_PORT = Range(1, 65_535, whole=True)
_THREADS = Range(1, 1000, whole=True)
_SITE = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
_REDIS = re.compile(r"rediss?://\S+")


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Who delivers mail. With a `user`, the secret of the name SMTP_PASSWORD has the password."""

    host: str
    port: int
    security: SmtpSecurity
    user: str
    sender: str


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """What the store's functions are told; times in seconds.

    An empty `api_url` stops their start. An empty `redis_url` keeps the rate limit in each
    instance, and without `smtp` nobody gets mail. `waiting` requests may wait for a connection.
    """

    api_url: str
    deadline_seconds: float
    retry: RetryPolicy
    pool_size: int
    waiting: int
    rate: RateRule
    jwt_issuer: str
    jwt_audience: str
    redis_url: str
    smtp: SmtpSettings | None


def store_settings(values: SettingValues) -> StoreSettings:
    """Return the settings of the store."""
    return StoreSettings(
        api_url=_address(values, "NEXT_PUBLIC_API_URL", _SITE, "https://example.com").rstrip("/"),
        deadline_seconds=values.number("STORE_DEADLINE_SECONDS", 20, DEADLINE_SECONDS),
        retry=_retry(values, RetryPolicy()),
        pool_size=int(values.number("STORE_POOL_SIZE", 8, _CONNECTIONS)),
        waiting=int(values.number("THREADS", 80, _THREADS)),
        rate=RateRule(int(values.number("STORE_REQUESTS_A_MINUTE", 120, _REQUESTS))),
        jwt_issuer=values.text("JWT_ISSUER", "conteur"),
        jwt_audience=values.text("JWT_AUDIENCE", "conteur-store"),
        redis_url=_address(values, "REDIS_URL", _REDIS, "redis://10.0.0.3:6379/0"),
        smtp=_smtp(values),
    )


def _retry(values: SettingValues, usual: RetryPolicy) -> RetryPolicy:
    initial, longest = 1000 * usual.initial_delay, 1000 * usual.max_delay
    return RetryPolicy(
        max_attempts=int(values.number("STORE_MAX_ATTEMPTS", usual.max_attempts, _ATTEMPTS)),
        initial_delay=values.number("STORE_INITIAL_DELAY_MS", initial, _DELAY_MS) / 1000,
        max_delay=values.number("STORE_MAX_DELAY_MS", longest, _DELAY_MS) / 1000,
    )


def _smtp(values: SettingValues) -> SmtpSettings | None:
    host = values.text("SMTP_HOST", "")
    if not host:
        return None
    return SmtpSettings(
        host=host,
        port=int(values.number("SMTP_PORT", 587, _PORT)),
        security=values.choice("SMTP_SECURITY", SmtpSecurity, SmtpSecurity.STARTTLS),
        user=values.text("SMTP_USER", ""),
        sender=values.text("MAIL_FROM", f"no-reply@{host}"),
    )


def _address(values: SettingValues, name: str, form: re.Pattern[str], example: str) -> str:
    text = values.text(name, "")
    if text and not form.fullmatch(text):
        values.problems.append(f"{name} is no address such as {example}")
        return ""
    return text
