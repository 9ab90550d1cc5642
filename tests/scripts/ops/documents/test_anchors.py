"""Anchors, as GitHub gives them."""

import pytest

from scripts.ops.documents.anchors import anchors_of, slug_of
from scripts.ops.documents.markdown import read


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("A call's way", "a-calls-way"),
        ("POST /api/store/publish", "post-apistorepublish"),
        ("OPENAI_ERROR: key", "openai_error-key"),
        ("Où ça coûte ?", "où-ça-coûte-"),
        ("En français : l'œuvre d’Élise", "en-français--lœuvre-délise"),
        ("1 – 2 & 3", "1--2--3"),
        ("Scale-up", "scale-up"),
        ("Cafe\N{COMBINING ACUTE ACCENT}", "cafe\N{COMBINING ACUTE ACCENT}"),
    ],
)
def test_the_anchor_of_a_heading(heading: str, anchor: str) -> None:
    """Letters keep their accents, punctuation goes, each space is a hyphen."""
    assert slug_of(heading) == anchor


def test_marks_in_a_heading_are_not_in_its_anchor() -> None:
    """Code, emphasis and links count as what they show."""
    page = read("page.md", "## The `-P` flag, *really*: [see](https://example.com/x)\n")
    assert anchors_of(page) == {"the--p-flag-really-see"}


def test_headings_of_the_same_words_are_numbered() -> None:
    """The second and third one get a number; one that is written that way is passed by."""
    page = read("page.md", "# Same\n\n# Same\n\n# Same-1\n\n# Same\n")
    assert anchors_of(page) == {"same", "same-1", "same-1-1", "same-2"}


def test_html_names_anchors_too() -> None:
    """An id, or a name, in HTML is an anchor."""
    page = read("page.md", '<a name="here"></a>\n\nA <span id="there">word</span>.\n')
    assert anchors_of(page) == {"here", "there"}


def test_a_heading_in_a_block_of_code_is_none() -> None:
    """What a block of code shows is no heading."""
    assert anchors_of(read("page.md", "```sh\n# a comment\n```\n")) == set()
