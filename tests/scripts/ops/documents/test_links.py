"""Links that lead nowhere are found, and those that lead somewhere are left alone."""

import pytest

from tests.scripts.ops.documents.little import LittlePages

GOOD = """\
# A page

[a page](other.md), [its heading](other.md#où-ça-), [escaped](other.md#o%C3%B9-%C3%A7a-),
[the second](other.md#a-code-twice-1), [here](#a-page), [a line](other.md#L3), [up](../docs),
[defined][other], <https://example.com/a?b=c#d>, [local](http://127.0.0.1:8080/),
[mail](mailto:a@example.com).

<details><summary>x</summary><a href="other.md">y</a></details>

`[not](a link.md)` nor are blocks:

```md
[not](missing.md)
```

[other]: other.md
"""
BAD = {
    "[a](missing.md)": "docs/missing.md, which is not there",
    "![a](missing.png)": "docs/missing.png, which is not there",
    "[a](Other.md)": "docs/Other.md, which is not there",
    "[a](other.md#nowhere)": "docs/other.md has no heading `#nowhere`",
    "[a](other.md#où-ca-)": "no heading `#où-ca-`",
    "[a](other.md#a-code-twice-2)": "no heading `#a-code-twice-2`",
    "[a](#nowhere)": "docs/page.md has no heading `#nowhere`",
    "[a](other.md#L99)": "no heading `#L99`",
    "[a](../docs#there)": "docs has no headings",
    "[a](/docs/other.md)": "leads out of the repository",
    "[a](../../other.md)": "leads out of the repository",
    "[a]()": "a link leads nowhere",
    "[a][undefined]": "`[a][undefined]` refers to nothing",
    "[a] (https://example.com)": "looks like a link and is none",
    "[a](two words.md)": "looks like a link and is none",
    "[a](http://example.com)": "is not https",
    "[a](https://example)": "is no address",
    "[a](https://exa mple.com)": "looks like a link and is none",
    "[a](<https://exa mple.com>)": "is no address",
    "[a](https://example.com:port/)": "is no address",
    "[a](//example.com)": "is not https",
    "[a](mailto:nobody)": "has no address",
    "see http://example.com/a.": "`http://example.com/a` is not https",
    '<a href="missing.md">a</a>': "docs/missing.md, which is not there",
    '<img src="missing.png">': "docs/missing.png, which is not there",
}


def test_links_that_lead_somewhere(pages: LittlePages) -> None:
    """Pages, headings, lines, folders, references and addresses that are good are not named."""
    assert pages.links(GOOD.replace("#L3", "")) == []


@pytest.mark.parametrize("text", BAD)
def test_links_that_lead_nowhere(pages: LittlePages, text: str) -> None:
    """Each is named once, by its page and line, with what is wrong and what to do."""
    found = pages.links(f"# A page\n\nOn the next line:\n{text}\n")
    assert [(each.page, each.line) for each in found] == [("docs/page.md", 4)]
    assert BAD[text] in found[0].problem
    assert found[0].remedy


def test_lines_of_files_that_are_no_pages(pages: LittlePages) -> None:
    """A link may name lines of a file that has them."""
    (pages.root / "code.py").write_text("one\ntwo\n")
    assert pages.links("[a](../code.py#L1-L2)") == []
    assert "no line 3" in pages.links("[a](../code.py#L3)")[0].problem
