"""Settings of the model and of whoever moderates what it says."""

import re
from dataclasses import dataclass

from conteur.domain.circuit import CircuitRule
from conteur.domain.deadline import LONGEST_CALL_SECONDS
from conteur.domain.moderation import ModerationMode
from conteur.domain.prices import PriceTable, parse_price
from conteur.domain.ranges import Range
from conteur.domain.retry import RetryPolicy
from conteur.settings.values import SettingValues

_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?", re.IGNORECASE)

_WAIT = Range(0.1, LONGEST_CALL_SECONDS)
_DELAY_MS = Range(1, 60_000)
_ATTEMPTS = Range(1, 10, whole=True)
_FAILURES = Range(1, 1000, whole=True)
_REST = Range(1, 3600)


@dataclass(frozen=True, slots=True)
class ModerationSettings:
    """Who moderates, at which address (empty: the story's model's), and how long that may take."""

    mode: ModerationMode
    model: str
    base_url: str
    seconds: float


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


def model_settings(values: SettingValues) -> ModelSettings:
    """Return the settings of the model."""
    names = _model_names(values)
    return ModelSettings(
        names=names,
        base_url=_address(values, "OPENAI_BASE_URL"),
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


def moderation_settings(values: SettingValues, usual: ModerationMode) -> ModerationSettings:
    """Return the settings of moderation; `usual` is who moderates where none says it."""
    return ModerationSettings(
        mode=values.choice("MODERATION", ModerationMode, usual),
        model=values.text("MODERATION_MODEL", "omni-moderation-latest"),
        base_url=_address(values, "MODERATION_BASE_URL"),
        seconds=values.number("MODERATION_SECONDS", 3, _WAIT),
    )


def _address(values: SettingValues, name: str) -> str:
    text = values.text(name, "")
    if text and not _ADDRESS.fullmatch(text):
        values.problems.append(f"{name}={text!r} is no address such as https://example.com/v1")
    return text
