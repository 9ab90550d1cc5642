"""The Responses dialect, which OpenAI recommends and only OpenAI speaks well.

Source: https://platform.openai.com/docs/api-reference/responses-streaming
"""

from dataclasses import dataclass
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


class ResponsesReader:
    """Reads a streamed response: whole with `response.completed` or `.incomplete`."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._usage = Usage()
        self._finish = Finish.STOP
        self.ended = False

    def feed(self, payload: bytes) -> str:
        """Return the text in one event. Raises what the event reports."""
        try:
            return self._read(decoded(payload))
        except NOT_AS_EXPECTED:
            raise malformed() from None

    def finished(self) -> Finished:
        """Return the terminal event. Raises OpenAIError if the answer was cut short."""
        if not self.ended:
            raise cut_short()
        return Finished(self._finish, self._usage, self._model)

    def _read(self, event: JsonObject) -> str:
        kind = str(event["type"])
        if kind == "response.output_text.delta":
            return text_in(event["delta"])
        if kind == "error":
            raise error_in_stream(event.get("error") or event)
        if kind.startswith("response.refusal."):
            raise output_blocked()
        if kind in {"response.completed", "response.incomplete", "response.failed"}:
            self._end(kind, event["response"])
        return ""

    def _end(self, kind: str, response: JsonObject) -> None:
        if kind == "response.failed":
            raise error_in_stream(response.get("error"))
        if kind == "response.incomplete":
            self._finish = _incomplete(response["incomplete_details"]["reason"])
        self._model = str(response.get("model") or self._model)
        self._usage = usage_from(response.get("usage") or {}, "input_tokens", "output_tokens")
        self.ended = True


def _incomplete(reason: object) -> Finish:
    if reason == "max_output_tokens":
        return Finish.LENGTH
    if reason == "content_filter":
        raise output_blocked()
    raise outage("The model stopped for a reason that is no story's end.")


@dataclass(frozen=True, slots=True)
class ResponsesDialect:
    """Asks for a streamed response that OpenAI does not keep.

    A story needs no reasoning, whose tokens count against `max_output_tokens` and whose time
    comes before the first word. No one effort suits every model (openai 3.54.0,
    `types/shared/reasoning.py`): gpt-5 knows `minimal`, gpt-5.1 and later `none`, the
    o-series `low`, gpt-4 nothing of the kind. Hence the least that the server accepts.
    """

    efforts: tuple[str, ...] = ("minimal", "none", "low")
    path: ClassVar[str] = "/responses"

    def body(self, request: ModelRequest) -> JsonObject:
        """Return the request's body."""
        reasoning = {"reasoning": {"effort": self.efforts[0]}} if self.efforts else {}
        return {
            "model": request.model,
            "instructions": request.prompt.instructions,
            "input": request.prompt.input,
            "max_output_tokens": request.prompt.max_output_tokens,
            "safety_identifier": request.safety_identifier,
            "store": False,
            "stream": True,
            **reasoning,
        }

    def reader(self, model: str) -> ResponsesReader:
        """Return a reader for one answer of `model`."""
        return ResponsesReader(model)

    def adapted_to(self, refusal: Refusal) -> Self | None:
        """Return the dialect with the next effort, or none, if this one is refused."""
        if not self.efforts or not refusal.names("reasoning.effort"):
            return None
        unknown = "unsupported_parameter" in refusal.told
        return type(self)(() if unknown else self.efforts[1:])
