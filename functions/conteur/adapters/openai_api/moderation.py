"""OpenAI's moderation: one request for some texts, bounded and read strictly.

Sources: https://platform.openai.com/docs/api-reference/moderations/create and the types of openai
3.54.0 (`types/moderation.py`).
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from http import HTTPStatus

import httpx2

from conteur.adapters.api_key import ApiKey
from conteur.adapters.openai_api.bounds import AttemptBounds, ModelLimits
from conteur.adapters.openai_api.errors import Refusal, outage
from conteur.adapters.openai_api.model import OpenAIModel
from conteur.adapters.openai_api.newer_key import newer_key
from conteur.adapters.openai_api.sdk import OpenAISdk
from conteur.adapters.openai_api.transport import body
from conteur.domain.deadline import Deadline
from conteur.domain.moderation import Verdict
from conteur.domain.secret import Secret
from conteur.errors import ConteurError, ModerationUnavailableError, OpenAIError, OpenAIFailure
from conteur.use_cases.ports import Clock

PATH = "/moderations"
ANSWER_BYTES = 1_000_000  # a text's result is about 2,000
USUAL_WAIT_SECONDS = 30.0  # where the server names none


def connect_moderator(
    name: str, base_url: str, story_model: OpenAIModel, key: ApiKey, clock: Clock, seconds: float
) -> "OpenAIModerator":
    """Return who judges texts with the moderation model `name`, each time within `seconds`.

    With an empty `base_url` it is the story model's server, over the same connections: the story
    then finds one open. It asks nobody anything yet.
    """
    if not base_url:
        return OpenAIModerator(story_model.sdk, key, name, seconds, clock)
    sdk = OpenAISdk(base_url, httpx2.create_ssl_context(), clock)
    return OpenAIModerator(sdk, key, name, seconds, clock)


class OpenAIModerator:
    """Implements guard_ports.Moderator; `seconds` is the longest that a judgement may take."""

    def __init__(
        self, sdk: OpenAISdk, key: ApiKey, model: str, seconds: float, clock: Clock
    ) -> None:
        self._sdk = sdk
        self._key = key
        self._model = model
        self._seconds = seconds
        self._clock = clock
        self._limits = ModelLimits(
            connect=seconds, first_token=seconds, idle=seconds, answer_bytes=ANSWER_BYTES
        )

    def judge(self, texts: Sequence[str], deadline: Deadline) -> Sequence[Verdict]:
        """Return a verdict on each text. Raises ModerationUnavailableError, and nothing else."""
        within = Deadline(min(deadline.at, self._clock.monotonic() + self._seconds))
        try:
            return verdicts_in(self._answer(texts, within), len(texts))
        except ConteurError as error:
            wait = error.retry_after_seconds
            raise ModerationUnavailableError(
                f"Texts cannot be moderated at the moment. {error.message}",
                retry_after_seconds=USUAL_WAIT_SECONDS if wait is None else wait,
            ) from None

    def close(self) -> None:
        """Close every connection."""
        self._sdk.close()

    def _answer(self, texts: Sequence[str], deadline: Deadline) -> bytes:
        """Ask until the request is taken or refused for good: each round uses up a newer key."""
        sent = {"model": self._model, "input": list(texts)}
        bounds = AttemptBounds(self._limits, deadline, self._clock)
        key = self._key.get(deadline.remaining(self._clock.monotonic()))
        while True:
            answer = self._exchange(sent, key, bounds)
            if not isinstance(answer, Refusal):
                return answer
            if answer.status == HTTPStatus.NOT_FOUND:
                raise _unknown()
            left = deadline.remaining(self._clock.monotonic())
            key = newer_key(self._key, key, answer, left)

    def _exchange(self, sent: object, key: Secret, bounds: AttemptBounds) -> bytes | Refusal:
        """Return the answer, asked for twice where the connection fails.

        The server may have closed a kept one just before.
        """
        try:
            return self._ask(sent, key, bounds)
        except OpenAIError:
            return self._ask(sent, key, bounds)

    def _ask(self, sent: object, key: Secret, bounds: AttemptBounds) -> bytes | Refusal:
        answer = self._sdk.post(PATH, sent, key, bounds)
        if isinstance(answer, Refusal):
            return answer
        with closing(answer):
            return b"".join(body(answer, bounds))


def verdicts_in(answer: bytes, count: int) -> list[Verdict]:
    """Return the verdicts on `count` texts. Raises OpenAIError for any other answer."""
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError):
        raise _unreadable() from None
    results = document.get("results") if isinstance(document, Mapping) else None
    if not isinstance(results, list) or len(results) != count:
        raise _unreadable()
    return [_verdict(result) for result in results]


def _verdict(result: object) -> Verdict:
    """Return what one result says; `flagged` and the categories must agree."""
    members: Mapping[object, object] = result if isinstance(result, Mapping) else {}
    flagged, categories = members.get("flagged"), members.get("categories")
    if not isinstance(flagged, bool) or not isinstance(categories, Mapping):
        raise _unreadable()
    # A model that does not know a category says null of it.
    if not all(value is None or isinstance(value, bool) for value in categories.values()):
        raise _unreadable()
    named = frozenset(str(name) for name, value in categories.items() if value)
    if flagged is not bool(named):
        raise _unreadable()
    return Verdict(named)


def _unknown() -> OpenAIError:
    return OpenAIError(
        "The server knows no such moderation: the operator checks MODERATION_MODEL and "
        "MODERATION_BASE_URL.",
        OpenAIFailure.PROMPT,
    )


def _unreadable() -> OpenAIError:
    return outage("The moderation's answer cannot be read.")
