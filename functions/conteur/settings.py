"""Every setting, read in one place and handed down as values.

Public settings stand in `functions/.env` and `.env.<project>`; secrets are in Secret
Manager. An environment that does not say what it is, is production: there, an override that
serves the local stack stops the start by name.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from conteur.domain.budget import BudgetRule
from conteur.domain.circuit import CircuitRule
from conteur.domain.deadline import LONGEST_CALL_SECONDS
from conteur.domain.languages import PRIMARY_TAGS, normalise_tag
from conteur.domain.prices import MICROS, PriceTable, parse_price
from conteur.domain.quota import Limits, QuotaRule
from conteur.domain.retry import RetryPolicy
from conteur.setting_values import Range, SettingValues

REGION = "europe-west1"
LOCAL_PROJECT_PREFIX = "demo-"  # Firebase never lets such a project id reach a real project
SHORTEST_DEADLINE = 5
LONGEST_DEADLINE = LONGEST_CALL_SECONDS - 10  # the answer comes before the platform cuts the call
LOCAL_OVERRIDES = (
    "FIRESTORE_EMULATOR_HOST",
    "FIREBASE_AUTH_EMULATOR_HOST",
    "SECRET_MANAGER_ENDPOINT",
    "MONITORING_ENDPOINT",
    "ID_TOKEN_CERTS_URL",
    "APP_CHECK_JWKS_URL",
    "CLOUD_TASKS_EMULATOR_HOST",
)

_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?", re.IGNORECASE)


_DEADLINE = Range(SHORTEST_DEADLINE, LONGEST_DEADLINE)
_WAIT = Range(0.1, LONGEST_CALL_SECONDS)
_DELAY_MS = Range(1, 60_000)
_ATTEMPTS = Range(1, 10, whole=True)
_FAILURES = Range(1, 1000, whole=True)
_REST = Range(1, 3600)
_STORIES = Range(0, 100_000, whole=True)
_AT_ONCE = Range(1, 1000, whole=True)
_DOLLARS = Range(0, 1_000_000)
_SHARDS = Range(1, 500, whole=True)


class SettingsError(Exception):
    """The process must not start; the text names each setting that is wrong and its mend."""


class Environment(StrEnum):
    """Where the code runs."""

    LOCAL = "local"
    STAGING = "staging"
    PRODUCTION = "production"


class AppCheckMode(StrEnum):
    """Whether a call needs a valid App Check token."""

    OFF = "off"
    ENFORCED = "enforced"


class ClientGone(StrEnum):
    """What becomes of a story whose client leaves before its end."""

    FINISH = "finish"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which models, in the order of preference, and where their key is; waits in seconds.

    An empty `base_url` is OpenAI itself.
    """

    names: tuple[str, ...]
    base_url: str
    secret_name: str
    secret_version: str
    connect_seconds: float
    first_token_seconds: float
    idle_seconds: float
    retry: RetryPolicy
    circuit: CircuitRule
    prices: PriceTable


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Local stand-ins, `host:port` or URL; empty ones mean the real service."""

    secret_manager: str
    monitoring: str
    id_token_certs_url: str
    app_check_jwks_url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process."""

    environment: Environment
    project: str
    region: str
    function: str
    service: str
    revision: str
    deadline_seconds: float
    default_language: str
    app_check: AppCheckMode
    client_gone: ClientGone
    quota: QuotaRule
    budget: BudgetRule
    model: ModelSettings
    endpoints: Endpoints


def is_serving() -> bool:
    """Tell a serving process from firebase-tools' discovery, which only asks for the endpoints."""
    return "FUNCTION_TARGET" in os.environ


def load_settings() -> Settings:
    """Return this process's settings. Raises SettingsError."""
    return parse_settings(os.environ)


def parse_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings that `environ` holds. Raises SettingsError with every problem at once."""
    values = SettingValues(environ)
    settings = Settings(
        environment=values.choice("CONTEUR_ENV", Environment, Environment.PRODUCTION),
        project=_project(values),
        region=values.text("CONTEUR_REGION", REGION),
        function=values.text("FUNCTION_TARGET", ""),
        service=values.text("K_SERVICE", "local"),
        revision=values.text("K_REVISION", "local"),
        deadline_seconds=values.number("STORY_DEADLINE_SECONDS", 28, _DEADLINE),
        default_language=_language(values),
        app_check=values.choice("APP_CHECK", AppCheckMode, AppCheckMode.OFF),
        client_gone=values.choice("CLIENT_GONE", ClientGone, ClientGone.FINISH),
        quota=_quota(values, QuotaRule()),
        budget=_budget(values, BudgetRule()),
        model=_model(values),
        endpoints=_endpoints(values),
    )
    problems = [*values.problems, *_misplaced_overrides(settings, environ)]
    if problems:
        raise SettingsError("conteur cannot start:\n" + "\n".join(f"- {p}" for p in problems))
    return settings


def _project(values: SettingValues) -> str:
    project = values.text("GOOGLE_CLOUD_PROJECT", "") or values.text("GCLOUD_PROJECT", "")
    if not project:
        values.problems.append(
            "GOOGLE_CLOUD_PROJECT is missing: set it to the Firebase project's id"
        )
    return project


def _language(values: SettingValues) -> str:
    text = values.text("DEFAULT_LANGUAGE", "fr")
    tag = normalise_tag(text)
    if tag is None:
        known = ", ".join(sorted(PRIMARY_TAGS))
        values.problems.append(f"DEFAULT_LANGUAGE={text!r} is none of {known}")
    return tag or text


def _quota(values: SettingValues, usual: QuotaRule) -> QuotaRule:
    return QuotaRule(
        signed_in=_limits(values, "QUOTA", usual.signed_in),
        anonymous=_limits(values, "QUOTA_ANONYMOUS", usual.anonymous),
    )


def _limits(values: SettingValues, prefix: str, usual: Limits) -> Limits:
    a_day, at_once = f"{prefix}_STORIES_PER_DAY", f"{prefix}_STORIES_AT_ONCE"
    return Limits(
        stories_a_day=int(values.number(a_day, usual.stories_a_day, _STORIES)),
        at_once=int(values.number(at_once, usual.at_once, _AT_ONCE)),
    )


def _budget(values: SettingValues, usual: BudgetRule) -> BudgetRule:
    dollars = values.number("BUDGET_USD_PER_DAY", usual.micros_a_day / MICROS, _DOLLARS)
    return BudgetRule(
        micros_a_day=round(MICROS * dollars),
        shards=int(values.number("BUDGET_SHARDS", usual.shards, _SHARDS)),
    )


def _model(values: SettingValues) -> ModelSettings:
    names = _model_names(values)
    return ModelSettings(
        names=names,
        base_url=_base_url(values),
        secret_name=values.text("OPENAI_SECRET", "OPENAI_API_KEY"),
        secret_version=values.text("OPENAI_SECRET_VERSION", "latest"),
        connect_seconds=values.number("OPENAI_CONNECT_SECONDS", 5, _WAIT),
        first_token_seconds=values.number("OPENAI_FIRST_TOKEN_SECONDS", 15, _WAIT),
        idle_seconds=values.number("OPENAI_IDLE_SECONDS", 10, _WAIT),
        retry=_retry(values, RetryPolicy()),
        circuit=_circuit(values, CircuitRule()),
        prices=_prices(values, names),
    )


def _retry(values: SettingValues, usual: RetryPolicy) -> RetryPolicy:
    initial, longest = 1000 * usual.initial_delay, 1000 * usual.max_delay
    return RetryPolicy(
        max_attempts=int(values.number("OPENAI_MAX_ATTEMPTS", usual.max_attempts, _ATTEMPTS)),
        initial_delay=values.number("OPENAI_INITIAL_DELAY_MS", initial, _DELAY_MS) / 1000,
        max_delay=values.number("OPENAI_MAX_DELAY_MS", longest, _DELAY_MS) / 1000,
    )


def _circuit(values: SettingValues, usual: CircuitRule) -> CircuitRule:
    return CircuitRule(
        failures=int(values.number("OPENAI_CIRCUIT_FAILURES", usual.failures, _FAILURES)),
        rest_seconds=values.number("OPENAI_CIRCUIT_REST_SECONDS", usual.rest_seconds, _REST),
    )


def _model_names(values: SettingValues) -> tuple[str, ...]:
    text = values.text("OPENAI_MODEL", "gpt-5.4-mini")
    names = tuple(name.strip() for name in text.split(","))
    if not all(names) or len(set(names)) < len(names):
        values.problems.append(f"OPENAI_MODEL={text!r} is no list of different models such as a,b")
    return names


def _prices(values: SettingValues, models: tuple[str, ...]) -> PriceTable:
    """Return the prices that OPENAI_PRICES lists, with one for each of `models`."""
    text = values.text("OPENAI_PRICES", "gpt-5.4-mini:0.75/4.50@2026-11-05")
    prices = {}
    for entry in text.split(","):
        try:
            model, price = parse_price(entry.strip())
        except ValueError:
            values.problems.append(
                f"OPENAI_PRICES has {entry!r}, which is no MODEL:INPUT/OUTPUT@DATE such as "
                "gpt-5.4-mini:0.75/4.50@2026-11-05 (US dollars for a million tokens)"
            )
        else:
            prices[model] = price
    unknown = [model for model in models if model not in prices]
    values.problems.extend(
        f"OPENAI_PRICES has no price for the model {model}: add one" for model in unknown
    )
    return PriceTable(prices)


def _base_url(values: SettingValues) -> str:
    text = values.text("OPENAI_BASE_URL", "")
    if text and not _ADDRESS.fullmatch(text):
        values.problems.append(
            f"OPENAI_BASE_URL={text!r} is no address such as https://example.com/v1"
        )
    return text


def _endpoints(values: SettingValues) -> Endpoints:
    return Endpoints(
        secret_manager=values.text("SECRET_MANAGER_ENDPOINT", ""),
        monitoring=values.text("MONITORING_ENDPOINT", ""),
        id_token_certs_url=values.text("ID_TOKEN_CERTS_URL", ""),
        app_check_jwks_url=values.text("APP_CHECK_JWKS_URL", ""),
    )


def _misplaced_overrides(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    if settings.environment is Environment.LOCAL:
        if settings.project.startswith(LOCAL_PROJECT_PREFIX):
            return []
        return [f"CONTEUR_ENV=local is for {LOCAL_PROJECT_PREFIX}* projects only: unset it"]
    misplaced = [name for name in LOCAL_OVERRIDES if environ.get(name)]
    if settings.model.base_url.lower().startswith("http:"):
        misplaced.append("OPENAI_BASE_URL (not https)")
    return [f"{name} serves the local stack only: unset it" for name in misplaced]
