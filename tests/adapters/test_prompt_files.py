"""The prompts' files: complete as they are, and refused when something is missing."""

import shutil
from pathlib import Path

import pytest

from conteur.adapters.prompt_files import (
    PROMPTS,
    PromptFilesError,
    load_prompt_book,
    load_prompt_shelf,
)
from conteur.prompts import VERSIONS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the prompts' files, to break one of them."""
    return shutil.copytree(PROMPTS, tmp_path / "prompts") / "v1"


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_the_files_make_a_book() -> None:
    """What is deployed has an entry for every value of the contract, and a version."""
    assert load_prompt_book().templates.version == "story-2"


def test_loading_twice_gives_the_same_book() -> None:
    """A book is a value: equal files make equal books."""
    assert load_prompt_book() == load_prompt_book()


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("genres.toml", "mystery =", "misery =", "genres.toml: add an entry for mystery"),
        ("objectives.toml", "sleep = ", "# ", "add an entry for sleep"),
        ("tones.toml", "gentle =", 'rude = "x"\ngentle =', "the contract has no rude"),
        ("audiences.toml", "[teen]", "[teens]", "add an entry for teen"),
        ("audiences.toml", 'tone = "gentle"', 'tone = "rude"', "tone must be one of"),
        ("languages.toml", 'native_name = "français"', "", "[fr]: native_name must be a text"),
        ("languages.toml", "tokens_per_word = 1.4", "tokens_per_word = 0", "a number above 0"),
        ("languages.toml", "[fr.varieties]", "[fr.varieties.CA]", "CA must be a text"),
        ("languages.toml", "[fr.varieties]", "[[fr.varieties]]", "varieties must be a table"),
        ("story.toml", 'version = "story-2"', 'version = " "', "version must be a text"),
        ("story.toml", "{aims}", "", "instructions must have {language}"),
        ("story.toml", "{wish}", "{wish} {prompt}", "wish must have {wish}"),
        ("story.toml", "{wish}", "{wish", "wish must have {wish}"),
        ("story.toml", 'objective = "', 'goal = "', "add an entry for objective"),
        ("story.toml", "margin = 1.4", "margin =", "story.toml: Invalid value"),
    ],
)
def test_files_with_a_fault_are_refused(
    folder: Path, file: str, old: str, new: str, problem: str
) -> None:
    """The error names the file and what to mend in it."""
    replace(folder / file, old, new)
    with pytest.raises(PromptFilesError) as caught:
        load_prompt_book(folder)
    assert problem in str(caught.value)


def test_a_missing_file_is_refused_by_name(folder: Path) -> None:
    """A deployment without one of the files stops at once."""
    (folder / "tones.toml").unlink()
    with pytest.raises(PromptFilesError, match=r"tones\.toml"):
        load_prompt_book(folder)


def test_every_version_is_on_the_shelf() -> None:
    """A folder of a version holds what it changes; all else is the first version's."""
    books = load_prompt_shelf("story-2", "mark").books
    assert set(books) == set(VERSIONS)
    assert books["story-3"].audiences == books["story-2"].audiences
    assert books["story-3"].templates != books["story-2"].templates


def test_a_version_that_is_not_there(folder: Path) -> None:
    """A usual version without a folder stops the start, and is told with those that there are."""
    with pytest.raises(PromptFilesError, match="'story-9' is none of story-2, story-3"):
        load_prompt_shelf("story-9", "mark", folder.parent)


def test_two_folders_of_one_version(folder: Path) -> None:
    """Which of two prompts has told a story could not be known afterwards."""
    replace(folder.parent / "v2" / "story.toml", 'version = "story-3"', 'version = "story-2"')
    with pytest.raises(PromptFilesError, match="the same version"):
        load_prompt_shelf("story-2", "mark", folder.parent)


def test_a_version_with_its_own_audiences(folder: Path) -> None:
    """What a later folder has of its own counts there, and there alone."""
    shutil.copy(folder / "audiences.toml", folder.parent / "v2" / "audiences.toml")
    replace(folder.parent / "v2" / "audiences.toml", 'tone = "gentle"', 'tone = "funny"')
    books = load_prompt_shelf("story-2", "mark", folder.parent).books
    assert books["story-3"].audiences != books["story-2"].audiences
