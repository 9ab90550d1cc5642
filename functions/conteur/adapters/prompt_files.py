"""Reads the prompts' files, once, into a PromptBook that lacks nothing."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from conteur.domain.languages import PRIMARY_TAGS
from conteur.domain.prompt_book import AudienceGuide, LanguageGuide, PromptBook, Templates
from conteur.domain.prompt_shelf import PromptShelf
from conteur.domain.story_request import Audience, Genre, Objective, Tone

PROMPTS = Path(__file__).parent.parent / "prompts"


class PromptFilesError(Exception):
    """The prompts' files cannot be used; the text names the file and what to mend in it."""


def load_prompt_shelf(usual: str, watermark: str, root: Path = PROMPTS) -> PromptShelf:
    """Return every version in the folders of `root`; the `usual` one must be there.

    A folder without a file of its own has that of the first folder. Raises PromptFilesError.
    """
    first, *rest = sorted(folder for folder in root.iterdir() if (folder / "story.toml").exists())
    loaded = [load_prompt_book(folder, first) for folder in (first, *rest)]
    books = {book.templates.version: book for book in loaded}
    if len(books) < len(loaded):
        raise PromptFilesError(f"{root.name}: two folders have the same version: change one")
    if usual not in books:
        known = ", ".join(sorted(books))
        raise PromptFilesError(f"PROMPT_VERSION={usual!r} is none of {known}")
    return PromptShelf(books, usual, watermark)


def load_prompt_book(folder: Path = PROMPTS / "v1", usual: Path | None = None) -> PromptBook:
    """Return the book that the TOML files of `folder` make, or `usual` where it has none.

    Raises PromptFilesError.
    """

    def file(name: str) -> Path:
        own = folder / name
        return own if usual is None or own.exists() else usual / name

    audiences = _read(file("audiences.toml"), Audience)
    genres = _read(file("genres.toml"), Genre)
    objectives = _read(file("objectives.toml"), Objective)
    tones = _read(file("tones.toml"), Tone)
    languages = _read(file("languages.toml"), PRIMARY_TAGS)
    return PromptBook(
        templates=_templates(folder / "story.toml"),
        audiences={member: _audience(audiences.table(member)) for member in Audience},
        genres={member: genres.text(member) for member in Genre},
        objectives={member: objectives.text(member) for member in Objective},
        tones={member: tones.text(member) for member in Tone},
        languages={tag: _language(languages.table(tag)) for tag in PRIMARY_TAGS},
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML table and where it stands, for errors."""

    place: str
    entries: Mapping[str, object]

    def text(self, key: str, *placeholders: str) -> str:
        """Return a text that has exactly the `placeholders` to fill in."""
        text = self.entries.get(key)
        if not isinstance(text, str) or not text.strip():
            raise PromptFilesError(f"{self.place}: {key} must be a text")
        if _placeholders(text) != set(placeholders):
            expected = ", ".join(f"{{{name}}}" for name in placeholders) or "no placeholder"
            raise PromptFilesError(f"{self.place}: {key} must have {expected}, as often as needed")
        return text.strip()

    def number(self, key: str) -> float:
        """Return a number above 0."""
        number = self.entries.get(key)
        if not isinstance(number, (int, float)) or not number > 0:
            raise PromptFilesError(f"{self.place}: {key} must be a number above 0")
        return number

    def table(self, key: str) -> "_Table":
        """Return the table under `key`, an empty one where there is none."""
        table = self.entries.get(key, {})
        if not isinstance(table, dict):
            raise PromptFilesError(f"{self.place}: {key} must be a table")
        return _Table(f"{self.place} [{key}]", table)


def _read(file: Path, members: Iterable[str]) -> _Table:
    """Return the file's table, which has an entry for each of the `members` and no other."""
    try:
        table = _Table(file.name, tomllib.loads(file.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PromptFilesError(f"{file.name}: {error}") from error
    wanted = set(members)
    for problem, names in (
        ("add an entry for", wanted - table.entries.keys()),
        ("the contract has no", table.entries.keys() - wanted),
    ):
        if names:
            raise PromptFilesError(f"{file.name}: {problem} {', '.join(sorted(names))}")
    return table


def _placeholders(text: str) -> set[str] | None:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:  # a brace without its other half
        return None


def _audience(table: _Table) -> AudienceGuide:
    tone = table.text("tone")
    if tone not in set(Tone):
        raise PromptFilesError(f"{table.place}: tone must be one of {', '.join(Tone)}")
    return AudienceGuide(table.text("reader"), Tone(tone), table.text("guidance"))


def _language(table: _Table) -> LanguageGuide:
    varieties = table.table("varieties")
    return LanguageGuide(
        name=table.text("name"),
        native_name=table.text("native_name"),
        tokens_per_word=table.number("tokens_per_word"),
        conventions=table.text("conventions"),
        varieties={subtag: varieties.text(subtag) for subtag in varieties.entries},
    )


def _templates(file: Path) -> Templates:
    table = _read(file, Templates.__slots__)
    return Templates(
        version=table.text("version"),
        margin=table.number("margin"),
        title_tokens=int(table.number("title_tokens")),
        instructions=table.text(
            "instructions",
            *("language", "native_name", "reader", "audience", "aims", "conventions", "length"),
        ),
        watermark=table.text("watermark", "watermark"),
        before=table.text("before", "title", "text"),
        sequel=table.text("sequel", "part"),
        wish=table.text("wish", "wish"),
        characters=table.text("characters", "list"),
        ask=table.text("ask", "language", "reader", "length"),
        character=table.text("character", "name", "traits"),
        character_without_traits=table.text("character_without_traits", "name"),
        objective=table.text("objective", "objective"),
        words=table.text("words", "amount"),
        characters_of_script=table.text("characters_of_script", "amount"),
        variety=table.text("variety", "tag"),
    )
