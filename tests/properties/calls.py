"""One call of `generate_story`, and all that was seen of it."""

from dataclasses import dataclass, field

from conteur.domain.fingerprint import fingerprint
from conteur.domain.quota import Tier
from conteur.domain.story_request import StoryRequest
from tests.properties.strands import Strand

Key = tuple[str, str]


@dataclass(eq=False)
class Call:
    """The call, which is also its own listener. `holder` is the mark of its claim."""

    uid: str
    request: StoryRequest
    holder: str
    tier: Tier
    shard: int
    strand: Strand | None = None
    admitted: bool = False
    asked: int = 0
    saw_document: bool = False
    text: str = ""
    texts: set[str] = field(default_factory=lambda: {""})

    @property
    def key(self) -> Key:
        return self.uid, self.request.request_id

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.request)

    @property
    def ended(self) -> bool:
        return self.strand is not None and self.strand.ended

    def started(self, story_id: str) -> None:
        assert story_id == self.request.request_id

    def heard(self, text: str) -> None:
        self.text += text
        self.texts.add(self.text)

    def taken_back(self, *, blocked: bool = False) -> None:
        del blocked
        self.text = ""
