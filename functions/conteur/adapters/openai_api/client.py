"""Where models come from.

Importing this module imports `openai`, which takes 300 ms: the composition root does so in
the worker, on the warm-up thread.
"""

from collections.abc import Sequence

import httpx2

from conteur.adapters.api_key import ApiKey
from conteur.adapters.openai_api.bounds import ModelLimits
from conteur.adapters.openai_api.chat import ChatDialect
from conteur.adapters.openai_api.model import OpenAIModel
from conteur.adapters.openai_api.responses import ResponsesDialect
from conteur.adapters.openai_api.sdk import OpenAISdk
from conteur.use_cases.ports import Clock

OPENAI_URL = "https://api.openai.com/v1"
DEFAULT_LIMITS = ModelLimits()


def connect_models(
    names: Sequence[str],
    base_url: str,
    key: ApiKey,
    clock: Clock,
    limits: ModelLimits = DEFAULT_LIMITS,
) -> list[OpenAIModel]:
    """Return the models of these names at `base_url`; an empty one is OpenAI itself.

    They share their connections. Takes 30 ms, for the certificates, and asks nobody anything yet.
    """
    sdk = OpenAISdk(base_url or OPENAI_URL, httpx2.create_ssl_context(), clock)
    dialect = ChatDialect() if base_url else ResponsesDialect()
    return [OpenAIModel(name, sdk, dialect, key, clock, limits) for name in names]
