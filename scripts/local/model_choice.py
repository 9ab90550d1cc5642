"""Which model tells the stories: OpenAI's, a compatible server's, or the embedded one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

EMBEDDED_KEY = "local-demo"
EMBEDDED_LANGUAGE = "en"
EMBEDDED_WORDS = 150  # it keeps a thread for that long

ENVIRONMENT_HELP = """\
environment:
  OPENAI_API_KEY   use OpenAI instead of the embedded model
  OPENAI_BASE_URL  use any OpenAI-compatible server (https://.../v1)
  OPENAI_MODEL     the model's name there
"""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """`key` goes to the Secret Manager stand-in and nowhere else.

    `base_url` is empty for OpenAI itself, and `name` for the product's own default. `settings`
    are further ones of the functions.
    """

    key: str = field(repr=False)
    base_url: str = ""
    name: str = ""
    embedded: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> int | None:
        """The length to ask for when nobody said one; None leaves it to the product."""
        return EMBEDDED_WORDS if self.embedded else None

    def is_good_at(self, language: str) -> bool:
        """Tell whether a story in `language` (BCP 47) can be expected to be worth reading."""
        return not self.embedded or language.lower().startswith(EMBEDDED_LANGUAGE)


def choose_model(environ: Mapping[str, str]) -> ModelChoice:
    """Return what OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL ask for.

    A server of one's own needs no key; without either, the embedded model tells.
    """
    key, base_url = environ.get("OPENAI_API_KEY", ""), environ.get("OPENAI_BASE_URL", "")
    if not key and not base_url:
        return ModelChoice(EMBEDDED_KEY, embedded=True)
    return ModelChoice(key or EMBEDDED_KEY, base_url, environ.get("OPENAI_MODEL", ""))
