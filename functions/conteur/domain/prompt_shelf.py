"""All versions of the prompt, and which of them tells a story."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from conteur.domain.chapter import Sequel
from conteur.domain.knobs import PromptShare
from conteur.domain.prompt import Prompt
from conteur.domain.prompt_book import PromptBook
from conteur.domain.story_request import StoryRequest

PERCENT = 100


@dataclass(frozen=True, slots=True)
class PromptShelf:
    """The books by their version. `usual` is the version of what no canary takes.

    `watermark` stands in each prompt's instructions and in no story: a text that has it tells
    of its own instructions.
    """

    books: Mapping[str, PromptBook]
    usual: str
    watermark: str

    def compose(
        self, request: StoryRequest, canary: PromptShare | None, sequel: Sequel | None
    ) -> Prompt:
        """Return the prompt; the same request and canary give the same one."""
        takes = canary is not None and _place(request.request_id) < canary.percent
        version = canary.version if canary and takes else self.usual
        return self.books[version].compose(request, sequel, self.watermark)


def _place(request_id: str) -> int:
    """Return the request's place among a hundred: a repeated request has the same one."""
    return zlib.crc32(request_id.encode()) % PERCENT
