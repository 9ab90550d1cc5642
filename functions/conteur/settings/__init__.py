"""Every setting, read in one place and handed down as values.

Public settings stand in `functions/.env` and `.env.<project>`; secrets are in Secret
Manager. Some are where the knobs begin that an operator turns without a deploy
(domain/knobs.py). An environment that does not say what it is, is production: there, an
override that serves the local stack stops the start by name.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from conteur.domain.budget import BudgetRule
from conteur.domain.knobs import Knobs
from conteur.domain.languages import PRIMARY_TAGS, normalise_tag
from conteur.domain.moderation import ModerationMode
from conteur.domain.quota import QuotaRule
from conteur.domain.ranges import DEADLINE_SECONDS, NETWORK_STORIES_A_DAY, Range
from conteur.domain.retention import Retention
from conteur.prompts import VERSIONS
from conteur.settings.limits import budget_rule, quota_rule
from conteur.settings.model import (
    ModelSettings,
    ModerationSettings,
    model_settings,
    moderation_settings,
)
from conteur.settings.store import StoreSettings, store_settings
from conteur.settings.values import SettingValues

REGION = "europe-west1"
LOCAL_PROJECT_PREFIX = "demo-"  # Firebase never lets such a project id reach a real project
STORE_FUNCTIONS = ("store_api", "tend_store")
LOCAL_OVERRIDES = (
    "FIRESTORE_EMULATOR_HOST",
    "FIREBASE_AUTH_EMULATOR_HOST",
    "SECRET_MANAGER_ENDPOINT",
    "MONITORING_ENDPOINT",
    "ID_TOKEN_CERTS_URL",
    "APP_CHECK_JWKS_URL",
    "APP_CHECK_ENDPOINT",
    "IDENTITY_ENDPOINT",
    "CLOUD_TASKS_EMULATOR_HOST",
)

_HOURS = Range(0, 24 * 365)
_DAYS = Range(0, 36_500, whole=True)
_PROXIES = Range(0, 10, whole=True)
_WORDS = Range(0, 20_000, whole=True)


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
    CONSUMED = "consumed"  # and each token is good for one call


class ClientGone(StrEnum):
    """What becomes of a story whose client leaves before its end."""

    FINISH = "finish"
    CANCEL = "cancel"


class AccountLookup(StrEnum):
    """Whether accounts are looked up, for what their tokens do not say."""

    OFF = "off"
    ON = "on"


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Who may call. An account is new for `new_account_hours` after it was made.

    `trusted_proxies` stand between the client and Google's front end, and name the client.
    """

    app_check: AppCheckMode
    accounts: AccountLookup
    new_account_hours: float
    trusted_proxies: int


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Local stand-ins, `host:port` or URL; empty ones mean the real service."""

    secret_manager: str
    monitoring: str
    id_token_certs_url: str
    app_check_jwks_url: str
    app_check: str
    identity: str


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
    prompt_version: str
    context_words: int
    access: AccessSettings
    client_gone: ClientGone
    quota: QuotaRule
    network_stories_a_day: int
    budget: BudgetRule
    model: ModelSettings
    moderation: ModerationSettings
    retention: Retention
    store: StoreSettings
    endpoints: Endpoints

    @property
    def knobs(self) -> Knobs:
        """Return the knobs as they stand where nobody has turned one."""
        return Knobs(
            models=self.model.names,
            deadline_seconds=self.deadline_seconds,
            quota=self.quota,
            network_stories_a_day=self.network_stories_a_day,
            budget_micros=self.budget.micros_a_day,
            moderation=self.moderation.mode,
        )


def is_serving() -> bool:
    """Tell a serving process from firebase-tools' discovery, which only asks for the endpoints."""
    return "FUNCTION_TARGET" in os.environ


def load_settings() -> Settings:
    """Return this process's settings. Raises SettingsError."""
    return parse_settings(os.environ)


def parse_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings that `environ` holds. Raises SettingsError with every problem at once."""
    values = SettingValues(environ)
    environment = values.choice("CONTEUR_ENV", Environment, Environment.PRODUCTION)
    settings = Settings(
        environment=environment,
        project=_project(values),
        region=values.text("CONTEUR_REGION", REGION),
        function=values.text("FUNCTION_TARGET", ""),
        service=values.text("K_SERVICE", "local"),
        revision=values.text("K_REVISION", "local"),
        deadline_seconds=values.number("STORY_DEADLINE_SECONDS", 28, DEADLINE_SECONDS),
        default_language=_language(values),
        prompt_version=_prompt_version(values),
        context_words=int(values.number("CONTEXT_WORDS", 2000, _WORDS)),
        access=_access(values, environment),
        client_gone=values.choice("CLIENT_GONE", ClientGone, ClientGone.FINISH),
        quota=quota_rule(values, QuotaRule()),
        network_stories_a_day=int(
            values.number("QUOTA_NETWORK_STORIES_PER_DAY", 0, NETWORK_STORIES_A_DAY)
        ),
        budget=budget_rule(values, BudgetRule()),
        model=model_settings(values),
        moderation=moderation_settings(values, _usual_moderation(environment)),
        retention=_retention(values),
        store=store_settings(_of_store(values)),
        endpoints=_endpoints(values),
    )
    problems = [*values.problems, *_misplaced_overrides(settings, environ)]
    if problems:
        raise SettingsError("conteur cannot start:\n" + "\n".join(f"- {p}" for p in problems))
    return settings


def _of_store(values: SettingValues) -> SettingValues:
    """Return where the store's settings are read: others' functions start without good ones."""
    function = values.text("FUNCTION_TARGET", "")
    return values if function in ("", *STORE_FUNCTIONS) else SettingValues(values.texts)


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


def _prompt_version(values: SettingValues) -> str:
    version = values.text("PROMPT_VERSION", VERSIONS[0])
    if version not in VERSIONS:
        values.problems.append(f"PROMPT_VERSION={version!r} is none of {', '.join(VERSIONS)}")
    return version


def _usual_moderation(environment: Environment) -> ModerationMode:
    """Return who moderates where no setting says it: nobody on one machine alone."""
    return ModerationMode.OFF if environment is Environment.LOCAL else ModerationMode.OPENAI


def _access(values: SettingValues, environment: Environment) -> AccessSettings:
    """Return who may call; what is not set is strict, but on one machine."""
    app_check, accounts = AppCheckMode.OFF, AccountLookup.ON
    if environment is Environment.PRODUCTION:
        app_check = AppCheckMode.ENFORCED
    if environment is Environment.LOCAL:
        accounts = AccountLookup.OFF
    return AccessSettings(
        app_check=values.choice("APP_CHECK", AppCheckMode, app_check),
        accounts=values.choice("ACCOUNT_LOOKUP", AccountLookup, accounts),
        new_account_hours=values.number("NEW_ACCOUNT_HOURS", 24, _HOURS),
        trusted_proxies=int(values.number("TRUSTED_PROXIES", 0, _PROXIES)),
    )


def _retention(values: SettingValues) -> Retention:
    return Retention(
        completed_days=int(values.number("STORY_RETENTION_DAYS", 730, _DAYS)),
        failed_days=int(values.number("FAILED_STORY_RETENTION_DAYS", 30, _DAYS)),
    )


def _endpoints(values: SettingValues) -> Endpoints:
    return Endpoints(
        secret_manager=values.text("SECRET_MANAGER_ENDPOINT", ""),
        monitoring=values.text("MONITORING_ENDPOINT", ""),
        id_token_certs_url=values.text("ID_TOKEN_CERTS_URL", ""),
        app_check_jwks_url=values.text("APP_CHECK_JWKS_URL", ""),
        app_check=values.text("APP_CHECK_ENDPOINT", ""),
        identity=values.text("IDENTITY_ENDPOINT", ""),
    )


def _misplaced_overrides(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    if settings.environment is Environment.LOCAL:
        if settings.project.startswith(LOCAL_PROJECT_PREFIX):
            return []
        return [f"CONTEUR_ENV=local is for {LOCAL_PROJECT_PREFIX}* projects only: unset it"]
    misplaced = [name for name in LOCAL_OVERRIDES if environ.get(name)]
    addresses = {
        "OPENAI_BASE_URL": settings.model.base_url,
        "MODERATION_BASE_URL": settings.moderation.base_url,
    }
    misplaced += [
        f"{name} (not https)"
        for name, address in addresses.items()
        if address.lower().startswith("http:")
    ]
    return [f"{name} serves the local stack only: unset it" for name in misplaced]
