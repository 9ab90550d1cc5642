"""What stories cost: at the model's provider, by its price and the prompt, and around that."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from conteur.adapters.prompt_files import load_prompt_shelf
from conteur.domain.languages import primary_tag
from conteur.domain.model_events import Usage
from conteur.domain.prices import MICROS
from conteur.domain.prompt import Prompt
from conteur.domain.prompt_shelf import PromptShelf
from conteur.domain.request_parser import DEFAULT_WORDS
from conteur.domain.story_request import StoryRequest
from scripts.ops.scaling import figures
from scripts.ops.scaling.costs import STORIES, dollars
from scripts.ops.scaling.deployment import ROOT, Deployment, deployed, settings_of
from scripts.ops.scaling.figures import Figure
from scripts.ops.scaling.limits import fitted
from scripts.ops.scaling.plant import Plant
from scripts.ops.scaling.workload import WISH, Workload

# As long as the one that a process makes (`secrets.token_hex(8)`).
_WATERMARK = "0" * 16

MODERATION_PRICE = Figure(
    "a text moderated",
    0,
    "$",
    "https://developers.openai.com/api/docs/models/omni-moderation-latest",
)
LOOKUP_PRICE = Figure(
    "an account looked up: users are what is paid for, from 50,000 a month on",
    0,
    "$",
    "https://cloud.google.com/identity-platform/pricing",
)
NETWORK_WRITES = Figure(
    "writes to the counter of a story's network, at most", 1, "", figures.ASSUMED
)
FIGURES = (
    *(figures.PROMPT_BYTES, figures.STORY_SECONDS, figures.STORY_CPU, figures.TOKEN_CPU),
    *(figures.VCPU_PRICE, figures.GIB_PRICE, figures.REQUEST_PRICE),
    *(figures.WRITE_PRICE, figures.READ_PRICE, figures.DELETE_PRICE, NETWORK_WRITES),
    *(figures.METRIC_PRICE, figures.POINT_BYTES, figures.DISTRIBUTION_BYTES),
    *(figures.LOG_BYTES, figures.LOG_PRICE, figures.TOKEN_BYTES, figures.EGRESS_PRICE),
    *(figures.SECRET_MINUTES, figures.SECRET_PRICE, MODERATION_PRICE, LOOKUP_PRICE),
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One kind of story told by one model, with the tokens of each.

    Dollars are of `stories` of them: `model` is the provider's usual bill, `around` all others',
    and `worst` what the provider may bill at the most, for all the attempts at each.
    """

    by: str
    language: str
    words: int
    input_tokens: int
    output_tokens: int
    model: float
    around: float
    worst: float

    @property
    def all(self) -> float:
        """Return the usual bill of all together."""
        return self.model + self.around


class Estimator:
    """Estimates what `stories` cost in one environment, as so many a minute are asked for.

    Raises SettingsError where the environment's settings are wrong.
    """

    def __init__(
        self, environment: str, stories: int, stories_a_minute: float, root: Path = ROOT
    ) -> None:
        self.deployment: Deployment = deployed(environment, root)
        self.stories = stories
        self.rate = stories_a_minute
        settings = settings_of(environment, root)
        self.context_words = settings.context_words
        self._shelf: PromptShelf = load_prompt_shelf(settings.prompt_version, _WATERMARK)

    @property
    def dearest(self) -> str:
        """Return the language whose words take the most tokens."""
        languages = self._shelf.books[self._shelf.usual].languages
        return max(languages, key=lambda tag: languages[tag].tokens_per_word)

    def estimates(self, languages: Iterable[str], words: Iterable[int]) -> Iterator[Estimate]:
        """Yield an estimate for each model that has a price, each language and each length."""
        kinds = [(language, length) for language in languages for length in words]
        for model in self.deployment.prices.prices:
            for language, length in kinds:
                yield self._estimate(model, language, length)

    def around(self, language: str, words: int) -> Mapping[str, float]:
        """Return the dollars that are paid around the model, by who is paid for what."""
        story = self._workload(language, words, self.deployment.model)
        plant = Plant(self.rate, story, fitted(Plant(self.rate, story, self.deployment)))
        bill = {name: each for name, each in dollars(plant).items() if name != "OpenAI"}
        bill["networks' counters"] = (
            STORIES * NETWORK_WRITES.value * figures.WRITE_PRICE.value / 100_000
        )
        bill["moderation"] = STORIES * MODERATION_PRICE.value
        bill["account look-ups"] = STORIES * LOOKUP_PRICE.value
        return {name: each * self.stories / STORIES for name, each in bill.items()}

    def context(self, language: str) -> float:
        """Return the dollars that the text before adds, if all stories go on from others."""
        tokens = round(self.context_words * self._tokens_per_word(language))
        cost = self.deployment.prices.cost(self.deployment.model, Usage(input_tokens=tokens))
        return self._dollars(cost)

    def _estimate(self, model: str, language: str, words: int) -> Estimate:
        story = self._workload(language, words, model)
        reserved = self.deployment.prices.most([model], self._prompt(language, words))
        return Estimate(
            by=model,
            language=language,
            words=words,
            input_tokens=story.input_tokens,
            output_tokens=story.output_tokens,
            model=self._dollars(story.cost_micros),
            around=sum(self.around(language, words).values()),
            worst=self._dollars(reserved * self.deployment.retry.max_attempts),
        )

    def _workload(self, language: str, words: int, model: str) -> Workload:
        prompt = self._prompt(language, words)
        written = len(prompt.instructions.encode()) + len(prompt.input.encode())
        taken = round(written / figures.PROMPT_BYTES.value)
        told = round(words * self._tokens_per_word(language))
        seconds = min(
            figures.STORY_SECONDS.value * words / DEFAULT_WORDS, self.deployment.deadline_seconds
        )
        cost = self.deployment.prices.cost(model, Usage(taken, told))
        counted = max(prompt.max_output_tokens, taken)
        return Workload(words, seconds, taken, told, counted, cost)

    def _prompt(self, language: str, words: int) -> Prompt:
        return self._shelf.compose(StoryRequest("priced", WISH, language, words=words), None, None)

    def _tokens_per_word(self, language: str) -> float:
        book = self._shelf.books[self._shelf.usual]
        return book.languages[primary_tag(language)].tokens_per_word

    def _dollars(self, micros: int) -> float:
        return self.stories * micros / MICROS
