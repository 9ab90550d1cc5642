"""The settings that decide how much is served: as deployed, or changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from conteur.domain.circuit import CircuitRule
from conteur.domain.prices import PriceTable
from conteur.domain.retry import RetryPolicy
from conteur.entrypoints.options import MEMORY_MB
from conteur.settings import Settings, parse_settings
from scripts.ops.scaling.figures import TIERS, Tier

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Deployment:
    """How the functions are set, and the usage tier at OpenAI; `model` is the preferred one."""

    max_instances: int
    threads: int
    memory_mb: int
    budget_micros: int
    budget_shards: int
    deadline_seconds: float
    retry: RetryPolicy
    circuit: CircuitRule
    model: str
    prices: PriceTable
    language: str
    tier: Tier

    @property
    def places(self) -> int:
        """Return how many stories can be told at the same moment."""
        return self.max_instances * self.threads


def production(root: Path = ROOT) -> Deployment:
    """Return what `functions/.env` and `.env.production` say, in OpenAI's first tier."""
    return deployed("production", root)


def deployed(environment: str, root: Path = ROOT) -> Deployment:
    """Return what an environment's files say, in OpenAI's first tier. Raises SettingsError."""
    values, settings = _values(environment, root), settings_of(environment, root)
    return Deployment(
        max_instances=int(values["MAX_INSTANCES"]),
        threads=int(values["THREADS"]),
        memory_mb=MEMORY_MB,
        budget_micros=settings.budget.micros_a_day,
        budget_shards=settings.budget.shards,
        deadline_seconds=settings.deadline_seconds,
        retry=settings.model.retry,
        circuit=settings.model.circuit,
        model=settings.model.names[0],
        prices=settings.model.prices,
        language=settings.default_language,
        tier=TIERS[0],
    )


def settings_of(environment: str, root: Path = ROOT) -> Settings:
    """Return an environment's settings. Raises SettingsError."""
    return parse_settings({**_values(environment, root), "GOOGLE_CLOUD_PROJECT": "simulated"})


def _values(environment: str, root: Path) -> Mapping[str, str]:
    files = (root / "functions" / name for name in (".env", f".env.{environment}"))
    return {name: text or "" for file in files for name, text in dotenv_values(file).items()}
