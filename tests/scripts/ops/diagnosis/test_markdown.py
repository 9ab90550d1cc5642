"""Others' texts in Markdown and in names of files."""

import pytest

from scripts.ops.diagnosis.markdown import code, fenced, file_name, plain


def test_plain_text_makes_no_link_table_or_heading() -> None:
    """What Markdown acts on is escaped, and a name with underscores reads as it is."""
    assert plain("[a](b) |c| <img> # _d_ e_f") == r"\[a\](b) \|c\| \<img\> \# \_d\_ e_f"


def test_a_code_span_ends_where_we_end_it() -> None:
    """Backticks and line ends are taken out of what is quoted."""
    assert code("a`b\nc") == "`a'b c`"


def test_a_fence_is_longer_than_any_within() -> None:
    """So that quoted lines cannot close the block."""
    assert fenced("a\n````\nb") == "`````text\na\n````\nb\n`````"


def test_keys_and_tokens_are_taken_out() -> None:
    """However they came into a line."""
    assert "sk-" not in code("key sk-abcdefghijkl") + fenced("sk-abcdefghijkl") + plain(
        "sk-abcdefghijkl"
    )


@pytest.mark.parametrize(
    "named", ["../../etc/passwd", "/root", "..", "a/b", ".hidden", "", "x" * 300]
)
def test_a_file_is_never_called_after_a_folder(named: str) -> None:
    """Whatever somebody gives as an id."""
    name = file_name(named)
    assert name
    assert "/" not in name
    assert not name.startswith(".")
    assert len(name) <= 64
