"""A model behind the OpenAI API: one attempt at a story, every wait of it bounded.

The answer is read as bytes through the SDK and decoded here, which takes half of the CPU
of the SDK's typed events.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress

import httpx2

from conteur.adapters.api_key import ApiKey
from conteur.adapters.openai_api.bounds import AttemptBounds, ModelLimits
from conteur.adapters.openai_api.dialect import Dialect, ModelRequest, Reader
from conteur.adapters.openai_api.errors import Refusal, error_of
from conteur.adapters.openai_api.newer_key import newer_key
from conteur.adapters.openai_api.sdk import OpenAISdk
from conteur.adapters.openai_api.sse import EventReader
from conteur.adapters.openai_api.transport import body
from conteur.domain.deadline import Deadline
from conteur.domain.model_events import ModelEvent, TextDelta
from conteur.domain.prompt import Prompt
from conteur.errors import ConteurError
from conteur.use_cases.ports import Cancellation, Clock


class OpenAIModel:
    """Implements ports.Model over one dialect of the OpenAI API."""

    def __init__(
        self,
        name: str,
        sdk: OpenAISdk,
        dialect: Dialect,
        key: ApiKey,
        clock: Clock,
        limits: ModelLimits,
    ) -> None:
        self._name = name
        self._sdk = sdk
        self._dialect = dialect
        self._key = key
        self._clock = clock
        self._limits = limits

    @property
    def name(self) -> str:
        """Return the name that requests ask for."""
        return self._name

    @property
    def sdk(self) -> OpenAISdk:
        """Return what has the connections to its server."""
        return self._sdk

    def tell(
        self,
        prompt: Prompt,
        deadline: Deadline,
        cancellation: Cancellation,
        safety_identifier: str,
    ) -> Generator[ModelEvent]:
        """Yield TextDeltas and, last, one Finished; closing the generator closes the connection.

        Raises what ports.Model says: ClientGoneError at once in a wait for the server, but in
        the key's first read, the name's look-up and the TCP connect only when that has ended.
        """
        request = ModelRequest(self._name, prompt, safety_identifier)
        bounds = AttemptBounds(self._limits, deadline, self._clock)
        with (
            cancellation.calling(bounds.scope.cancel),
            closing(self._open(request, deadline, bounds)) as response,
        ):
            yield from self._read(body(response, bounds), bounds)

    def reach(self, timeout: float) -> None:
        """Have the server list its models, which is free, within `timeout` seconds.

        Raises what `tell` may raise before its first delta.
        """
        deadline = Deadline(self._clock.monotonic() + timeout)
        bounds = AttemptBounds(self._limits, deadline, self._clock)
        answer = self._sdk.get("/models", self._key.get(timeout), bounds)
        if isinstance(answer, Refusal):
            raise error_of(answer)
        with closing(answer):
            b"".join(body(answer, bounds))

    def close(self) -> None:
        """Close every connection."""
        self._sdk.close()

    def _open(
        self, request: ModelRequest, deadline: Deadline, bounds: AttemptBounds
    ) -> httpx2.Response:
        """Send the request until it is taken or refused for good; nothing was told yet.

        Ends, for each round uses up a newer key or a member that the server does not know.
        """
        bounds.left()
        key = self._key.get(deadline.remaining(self._clock.monotonic()))
        while True:
            dialect = self._dialect
            answer = self._sdk.post(dialect.path, dialect.body(request), key, bounds)
            if isinstance(answer, httpx2.Response):
                return answer
            if adapted := dialect.adapted_to(answer):
                self._dialect = adapted
            else:
                left = deadline.remaining(self._clock.monotonic())
                key = newer_key(self._key, key, answer, left)

    def _read(
        self, chunks: Iterator[bytes], bounds: AttemptBounds
    ) -> Generator[ModelEvent, None, None]:
        reader = self._dialect.reader(self._name)
        for text, failure in _told(chunks, reader):
            if text:
                yield TextDelta(text)
                bounds.told()
                bounds.left()
            if failure is not None:
                raise failure
        finished = reader.finished()
        _read_out(chunks, bounds)
        yield finished


def _told(chunks: Iterator[bytes], reader: Reader) -> Iterator[tuple[str, ConteurError | None]]:
    """Yield what each chunk tells, until the answer ends: its text, and what went wrong after it.

    The tokens of one chunk came together, so they are passed on together.
    """
    events = EventReader()
    for chunk in chunks:
        yield _feed(reader, events.feed(chunk))
        if reader.ended:
            return
    yield _feed(reader, events.end())


def _feed(reader: Reader, payloads: Iterable[bytes]) -> tuple[str, ConteurError | None]:
    texts = []
    try:
        for payload in payloads:
            texts.append(reader.feed(payload))
            if reader.ended:
                break
    except ConteurError as error:
        return "".join(texts), error
    return "".join(texts), None


def _read_out(chunks: Iterator[bytes], bounds: AttemptBounds) -> None:
    """Read the body to its end, so that the connection can be kept; soon or not at all."""
    bounds.ended()
    with suppress(ConteurError):
        for _ in chunks:
            pass
