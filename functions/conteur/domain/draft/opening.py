"""The start of what a model wrote: everything up to the story's first sentence."""

import re
from enum import Enum, auto

from conteur.domain.draft.json_answer import read_json_answer
from conteur.domain.draft.title import LONGEST_LINE, Line, read_line
from conteur.domain.draft.typography import STORY_LABELS

_THOUGHTS = ("<think>", "<thinking>")
_THOUGHTS_END = re.compile(r"</think(?:ing)?>")
_LONGEST_THOUGHTS_END = len("</thinking>")


class _Stage(Enum):
    LINES = auto()
    THOUGHTS = auto()
    JSON = auto()
    UNDER_TITLE = auto()
    PROSE = auto()


class Opening:
    """Takes preambles, code fences, thoughts and the title off, then lets everything through.

    `title` is empty until the title is read, and stays empty where there is none. The story of a
    JSON answer comes whole from `finish`.
    """

    def __init__(self) -> None:
        self.title = ""
        self._stage = _Stage.LINES
        self._held = ""
        self._json: list[str] = []
        self._may_be_json = True

    def feed(self, piece: str) -> str:
        """Return the prose that is certain now."""
        if self._stage is _Stage.PROSE:
            return piece
        if self._stage is _Stage.JSON:
            self._json.append(piece)
            return ""
        self._held += piece
        return self._read(ended=False)

    def finish(self) -> str:
        """Return the prose that was still held when the model stopped."""
        prose = self._read(ended=True)
        return self._read_json() if self._stage is _Stage.JSON else prose

    def _read(self, *, ended: bool) -> str:
        while self._stage not in {_Stage.PROSE, _Stage.JSON}:
            if not self._advance(ended=ended):
                return ""
        prose, self._held = self._held, ""
        if self._stage is _Stage.JSON:
            self._json.append(prose)
            return ""
        return prose

    def _advance(self, *, ended: bool) -> bool:
        """Take one line or mark off what is held; return False when more text is needed."""
        if self._stage is _Stage.THOUGHTS:
            return self._skip_thoughts()
        self._held = self._held.lstrip()
        if not self._held:
            return False
        if self._stage is _Stage.UNDER_TITLE:
            return self._skip_line_under_title(ended=ended)
        if self._held.startswith("{") and self._may_be_json:
            self._stage = _Stage.JSON
        elif self._held.startswith(_THOUGHTS):
            self._stage = _Stage.THOUGHTS
        else:
            return self._take_line(ended=ended)
        return True

    def _skip_thoughts(self) -> bool:
        end = _THOUGHTS_END.search(self._held)
        if end is None:
            self._held = self._held[-_LONGEST_THOUGHTS_END:]
            return False
        self._held = self._held[end.end() :]
        self._stage = _Stage.LINES
        return True

    def _take_line(self, *, ended: bool) -> bool:
        line, newline, rest = self._held.partition("\n")
        if len(line) > LONGEST_LINE:
            self._stage = _Stage.PROSE
            return True
        if not newline and not ended:
            return False
        kind, text = read_line(line)
        if kind is Line.PROSE:
            self._stage = _Stage.PROSE
            return True
        if kind is Line.TITLE:
            self.title, self._stage = text, _Stage.UNDER_TITLE
        self._held = rest
        return True

    def _skip_line_under_title(self, *, ended: bool) -> bool:
        line, newline, rest = self._held.partition("\n")
        said = _letters(line)
        skipped = ("", _letters(self.title), *STORY_LABELS)
        if len(line) <= LONGEST_LINE:
            if newline or ended:
                if said in skipped:
                    self._held = rest
                    return True
            elif any(label.startswith(said) for label in skipped):
                return False
        self._stage = _Stage.PROSE
        return True

    def _read_json(self) -> str:
        answer = "".join(self._json)
        self._stage, self._may_be_json = _Stage.LINES, False
        found = read_json_answer(answer)
        if found is None:
            self._held = answer
            return self._read(ended=True)
        self._stage = _Stage.PROSE
        self.title, text = " ".join(found[0].split()), found[1]
        return text


def _letters(line: str) -> str:
    return "".join(filter(str.isalnum, line)).casefold()
