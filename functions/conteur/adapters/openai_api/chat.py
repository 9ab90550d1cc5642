"""The Chat Completions dialect, which every compatible server speaks.

Source: https://platform.openai.com/docs/api-reference/chat-streaming
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from conteur.adapters.openai_api.dialect import (
    NOT_AS_EXPECTED,
    JsonObject,
    ModelRequest,
    cut_short,
    decoded,
    malformed,
    text_in,
    usage_from,
)
from conteur.adapters.openai_api.errors import Refusal, error_in_stream, outage, output_blocked
from conteur.domain.model_events import Finish, Finished, Usage

_DONE = b"[DONE]"
_FINISHES = {"stop": Finish.STOP, "length": Finish.LENGTH}


class ChatReader:
    """Reads a streamed chat completion: whole with a `finish_reason` and `[DONE]`."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._usage = Usage()
        self._finish: Finish | None = None
        self.ended = False

    def feed(self, payload: bytes) -> str:
        """Return the text in one chunk. Raises OpenAIError and OutputBlockedError."""
        if payload.strip() == _DONE:
            self.ended = True
            return ""
        try:
            return self._read(decoded(payload))
        except NOT_AS_EXPECTED:
            raise malformed() from None

    def finished(self) -> Finished:
        """Return the terminal event. Raises OpenAIError if the answer was cut short."""
        if not self.ended or self._finish is None:
            raise cut_short()
        return Finished(self._finish, self._usage, self._model)

    def _read(self, chunk: JsonObject) -> str:
        if chunk.get("error"):
            raise error_in_stream(chunk["error"])
        self._model = str(chunk.get("model") or self._model)
        if chunk.get("usage"):
            self._usage = usage_from(chunk["usage"], "prompt_tokens", "completion_tokens")
        return "".join(self._choice(choice) for choice in chunk["choices"])

    def _choice(self, choice: JsonObject) -> str:
        delta = choice.get("delta") or {}
        if delta.get("refusal"):
            raise output_blocked()
        if reason := choice.get("finish_reason"):
            self._end(reason)
        return text_in(delta.get("content"))

    def _end(self, reason: object) -> None:
        if reason == "content_filter":
            raise output_blocked()
        self._finish = _FINISHES.get(str(reason))
        if self._finish is None:
            raise outage("The model stopped for a reason that is no story's end.")


@dataclass(frozen=True, slots=True)
class ChatDialect:
    """Asks for a streamed chat completion.

    No safety identifier is sent: servers of many makers speak this dialect, some refuse
    unknown members, and none but OpenAI is owed a trace of the user.
    Older servers know the limit of tokens as `max_tokens`, or send no usage.
    """

    new_limit: bool = True
    usage: bool = True
    path: ClassVar[str] = "/chat/completions"

    def body(self, request: ModelRequest) -> JsonObject:
        """Return the request's body."""
        limit = "max_completion_tokens" if self.new_limit else "max_tokens"
        usage = {"stream_options": {"include_usage": True}} if self.usage else {}
        return {
            "model": request.model,
            "messages": [
                {"role": "system", "content": request.prompt.instructions},
                {"role": "user", "content": request.prompt.input},
            ],
            limit: request.prompt.max_output_tokens,
            "stream": True,
            **usage,
        }

    def reader(self, model: str) -> ChatReader:
        """Return a reader for one answer of `model`."""
        return ChatReader(model)

    def adapted_to(self, refusal: Refusal) -> Self | None:
        """Return the dialect of an older server if it refuses a newer member."""
        if self.new_limit and refusal.names("max_completion_tokens"):
            return replace(self, new_limit=False)
        if self.usage and refusal.names("stream_options"):
            return replace(self, usage=False)
        return None
