"""Which model tells the stories: OpenAI's, a compatible server's, or the embedded one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

EMBEDDED_KEY = "local-demo"
EMBEDDED_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """`base_url` and `name` are empty where the product's own default holds.

    `key` goes to the Secret Manager stand-in and nowhere else.
    """

    label: str
    base_url: str
    name: str
    key: str = field(repr=False)

    def is_good_at(self, language: str) -> bool:
        """Tell whether stories in a language (BCP 47) can be expected to be worth reading."""
        return True


@dataclass(frozen=True, slots=True)
class EmbeddedModel(ModelChoice):
    """The model that runs here, made for English."""

    def is_good_at(self, language: str) -> bool:
        """Tell whether the language is English."""
        return language.split("-")[0].lower() == EMBEDDED_LANGUAGE
