"""What one story takes, as the product's own code decides it."""

from dataclasses import dataclass

from conteur.adapters.prompt_files import load_prompt_book
from conteur.domain.lease import CHECKPOINT_SECONDS
from conteur.domain.model_events import Usage
from conteur.domain.story_request import StoryRequest
from scripts.ops.scaling.deployment import Deployment
from scripts.ops.scaling.figures import PROMPT_BYTES, STORY_CPU, TOKEN_BYTES, TOKEN_CPU

WISH = "A fox who is afraid of the dark"
CLAIM_WRITES = END_WRITES = (
    3  # the story, its user's counter, a shard of the budget: docs/limits.md
)
SHARD_COMMITS = 2  # the claim and the end


@dataclass(frozen=True, slots=True)
class Workload:
    """One story: `seconds` it is told for, its tokens, and what it costs at the model's provider.

    `limit_tokens` are what the provider's limit counts.
    """

    words: int
    seconds: float
    input_tokens: int
    output_tokens: int
    limit_tokens: int
    cost_micros: int

    @property
    def checkpoints(self) -> int:
        """Return how often the text so far is kept."""
        return int(self.seconds // CHECKPOINT_SECONDS)

    @property
    def writes(self) -> int:
        """Return the documents written, in all."""
        return CLAIM_WRITES + self.checkpoints + END_WRITES

    @property
    def story_writes(self) -> int:
        """Return the writes to the story's own document: each moves its lease in the index."""
        return 2 + self.checkpoints

    @property
    def cpu_seconds(self) -> float:
        """Return the CPU time of telling it."""
        return (STORY_CPU.value + TOKEN_CPU.value * self.output_tokens) / 1000

    @property
    def egress_bytes(self) -> float:
        """Return the bytes sent to the client."""
        return TOKEN_BYTES.value * self.output_tokens


def workload(deployment: Deployment, words: int, seconds: float) -> Workload:
    """Return a story of `words` in the default language, told by the preferred model."""
    book = load_prompt_book()
    language = deployment.language
    prompt = book.compose(StoryRequest("simulated", WISH, language, words=words))
    written = len(prompt.instructions.encode()) + len(prompt.input.encode())
    taken = round(written / PROMPT_BYTES.value)
    told = round(words * book.languages[language].tokens_per_word)
    # https://developers.openai.com/api/docs/guides/rate-limits
    counted = max(prompt.max_output_tokens, taken)
    cost = deployment.prices.cost(deployment.model, Usage(taken, told))
    return Workload(words, seconds, taken, told, counted, cost)
