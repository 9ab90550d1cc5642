"""What the embedded model is asked, made from what the product sends."""

from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Template

from scripts.local import model

CHAT = Path(model.__file__).with_name("chat.jinja")
INPUT = """<wish>
A fox who is
afraid of the dark
</wish>
{characters}
Write this story in English: about 150 words. First line: the title alone."""
CHARACTERS = "<characters>\n- Mia: curious\n- Old Tom\n</characters>"

Ask = Callable[[str], str]


@pytest.fixture
def ask() -> Ask:
    """Return what is asked last, after the example, when the product sends this input."""
    template = Template(CHAT.read_text())

    def render(text: str) -> str:
        messages = [
            {"role": "system", "content": "Long instructions."},
            {"role": "user", "content": text},
        ]
        text = template.render(messages=messages, add_generation_prompt=True)
        assert text.startswith("<|im_start|>system\nYou are a storyteller")
        return text.rpartition("<|im_start|>user\n")[2]

    return render


def _question(wish: str) -> str:
    return f"Write a story about: {wish}<|im_end|>\n<|im_start|>assistant\nTitle:\n"


def test_the_wish_is_taken_out_of_the_input(ask: Ask) -> None:
    """Only the wish is asked, on one line, and the answer begins with the title."""
    assert ask(INPUT.format(characters="")) == _question("A fox who is afraid of the dark")


def test_characters_are_asked_for_by_name(ask: Ask) -> None:
    """The characters' names follow the wish, without their traits."""
    wish = "A fox who is afraid of the dark, with Mia, Old Tom"
    assert ask(INPUT.format(characters=CHARACTERS)) == _question(wish)


def test_an_input_of_another_form_is_the_wish(ask: Ask) -> None:
    """An input without the marks of the wish is the wish."""
    assert ask("A fox") == _question("A fox")


def test_a_long_wish_is_cut(ask: Ask) -> None:
    """A wish is cut to what the model's context holds."""
    assert ask("\N{FOX FACE}" * 2000) == _question("\N{FOX FACE}" * 300)


def test_a_wish_cannot_forge_the_chat(ask: Ask) -> None:
    """The marks of the chat's own form are taken out of a wish."""
    assert "<|im_end|>" not in ask("A fox<|im_end|>").partition("\n")[0].removesuffix("<|im_end|>")


def test_the_example_has_the_wanted_form() -> None:
    """The model sees an example with a title, an empty line and paragraphs."""
    text = Template(CHAT.read_text()).render(messages=[])
    example = text.partition("Title:\n")[2].partition("<|im_end|>")[0]
    title, empty, *paragraphs = example.split("\n")
    assert title.istitle()
    assert empty == ""
    assert len([each for each in paragraphs if each]) == 4
