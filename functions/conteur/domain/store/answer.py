"""What a request of the store was answered, as it is kept for its repetition."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status, a body of JSON, and the store's entity tag where it has one."""

    status: int
    body: str
    etag: str | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer, and the SHA-256 of the request's body that it belongs to."""

    answer: Answer
    fingerprint: str
