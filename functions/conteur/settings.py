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
from typing import TypeVar

from conteur.domain.deadline import LONGEST_CALL_SECONDS
from conteur.domain.languages import PRIMARY_TAGS, normalise_tag

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
)

_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?", re.IGNORECASE)
_Choice = TypeVar("_Choice", bound=StrEnum)


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


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model, and where its key is. An empty `base_url` is OpenAI itself."""

    name: str
    base_url: str
    secret_name: str
    secret_version: str


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
    problems: list[str] = []
    settings = Settings(
        environment=_choice(environ, "CONTEUR_ENV", Environment, Environment.PRODUCTION, problems),
        project=_project(environ, problems),
        region=environ.get("CONTEUR_REGION", REGION),
        function=environ.get("FUNCTION_TARGET", ""),
        service=environ.get("K_SERVICE", "local"),
        revision=environ.get("K_REVISION", "local"),
        deadline_seconds=_seconds(environ, "STORY_DEADLINE_SECONDS", 28.0, problems),
        default_language=_language(environ, problems),
        app_check=_choice(environ, "APP_CHECK", AppCheckMode, AppCheckMode.OFF, problems),
        model=_model(environ, problems),
        endpoints=_endpoints(environ),
    )
    problems += _misplaced_overrides(settings, environ)
    if problems:
        raise SettingsError("conteur cannot start:\n" + "\n".join(f"- {p}" for p in problems))
    return settings


def _project(environ: Mapping[str, str], problems: list[str]) -> str:
    project = environ.get("GOOGLE_CLOUD_PROJECT") or environ.get("GCLOUD_PROJECT") or ""
    if not project:
        problems.append("GOOGLE_CLOUD_PROJECT is missing: set it to the Firebase project's id")
    return project


def _language(environ: Mapping[str, str], problems: list[str]) -> str:
    text = environ.get("DEFAULT_LANGUAGE", "fr")
    tag = normalise_tag(text)
    if tag is None:
        problems.append(f"DEFAULT_LANGUAGE={text!r} is none of {', '.join(sorted(PRIMARY_TAGS))}")
    return tag or text


def _model(environ: Mapping[str, str], problems: list[str]) -> ModelSettings:
    base_url = environ.get("OPENAI_BASE_URL", "")
    if base_url and not _ADDRESS.fullmatch(base_url):
        problems.append(
            f"OPENAI_BASE_URL={base_url!r} is no address such as https://example.com/v1"
        )
    return ModelSettings(
        name=environ.get("OPENAI_MODEL", "gpt-5.4-mini"),
        base_url=base_url,
        secret_name=environ.get("OPENAI_SECRET", "OPENAI_API_KEY"),
        secret_version=environ.get("OPENAI_SECRET_VERSION", "latest"),
    )


def _endpoints(environ: Mapping[str, str]) -> Endpoints:
    return Endpoints(
        secret_manager=environ.get("SECRET_MANAGER_ENDPOINT", ""),
        monitoring=environ.get("MONITORING_ENDPOINT", ""),
        id_token_certs_url=environ.get("ID_TOKEN_CERTS_URL", ""),
        app_check_jwks_url=environ.get("APP_CHECK_JWKS_URL", ""),
    )


def _seconds(environ: Mapping[str, str], name: str, default: float, problems: list[str]) -> float:
    text = environ.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if not SHORTEST_DEADLINE <= value <= LONGEST_DEADLINE:
        allowed = f"{SHORTEST_DEADLINE} to {LONGEST_DEADLINE}"
        problems.append(f"{name}={text!r} is no number of seconds from {allowed}")
    return value


def _choice(
    environ: Mapping[str, str],
    name: str,
    kind: type[_Choice],
    default: _Choice,
    problems: list[str],
) -> _Choice:
    text = environ.get(name, default)
    try:
        return kind(text)
    except ValueError:
        problems.append(f"{name}={text!r} is none of {', '.join(kind)}")
        return default


def _misplaced_overrides(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    if settings.environment is Environment.LOCAL:
        if settings.project.startswith(LOCAL_PROJECT_PREFIX):
            return []
        return [f"CONTEUR_ENV=local is for {LOCAL_PROJECT_PREFIX}* projects only: unset it"]
    misplaced = [name for name in LOCAL_OVERRIDES if environ.get(name)]
    if settings.model.base_url.lower().startswith("http:"):
        misplaced.append("OPENAI_BASE_URL (not https)")
    return [f"{name} serves the local stack only: unset it" for name in misplaced]
