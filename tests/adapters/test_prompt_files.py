"""The prompts' files: complete as they are, and refused when something is missing."""

import shutil
from pathlib import Path

import pytest

from conteur.adapters.prompt_files import PROMPTS, PromptFilesError, load_prompt_book


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the prompts' files, to break one of them."""
    return shutil.copytree(PROMPTS, tmp_path / "prompts")


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_the_files_make_a_book() -> None:
    """What is deployed has an entry for every value of the contract, and a version."""
    assert load_prompt_book().templates.version == "story-1"


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
        ("story.toml", 'version = "story-1"', 'version = " "', "version must be a text"),
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
