"""The command as it is run."""

from pathlib import Path

import pytest

from scripts.ops.documents import links, markdown
from scripts.ops.documents.__main__ import ROOT, check, main
from tests.scripts.ops.documents.test_made import root

__all__ = ["root"]


def test_links_of_the_repository() -> None:
    """Every link of every page leads somewhere; `scripts/check docs` looks at the rest too."""
    pages = {page.name: page for page in markdown.pages(ROOT)}
    assert list(links.check(pages, ROOT)) == []


def test_a_bad_page_fails(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dead link, a dead anchor and a wrong command are told by their lines; the code is 1."""
    main(["write"])
    (root / "README.md").write_text("# A\n\n[a](b.md), [a](#c)\n\n`glcoud auth login`\n")
    assert check(root) == 1
    told = capsys.readouterr().out
    assert "README.md:3: `b.md` leads to b.md, which is not there: name a file that is\n" in told
    assert "README.md:3: README.md has no heading `#c`" in told
    assert "README.md:5: `glcoud auth login`: the program `glcoud` is not known" in told


def test_without_an_action(capsys: pytest.CaptureFixture[str]) -> None:
    """Without `check` or `write` the command says what it can do."""
    with pytest.raises(SystemExit, match="2"):
        main([])
    assert "check|write" in capsys.readouterr().err
    assert (ROOT / "docs/api/http.md").is_file()
