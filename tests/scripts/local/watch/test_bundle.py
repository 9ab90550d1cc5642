"""The page is made of files of this repository and its packages alone."""

import re
from pathlib import Path

import pytest

from scripts.local.errors import LocalStackError
from scripts.local.watch import bundle as bundling
from scripts.local.watch.bundle import bundle


def test_the_page_asks_for_nothing_from_elsewhere(tmp_path: Path) -> None:
    """Every address in the page's files is one of its own server, or a namespace's name."""
    files = bundle(tmp_path)
    assert set(files) == {"/", "/page.js", "/page.css"}
    addresses = re.findall(rb"https?://[^\"'`\s)]+", b"".join(files.values()))
    assert set(addresses) <= {b"http://www.w3.org/2000/svg"}


def test_a_page_that_cannot_be_bundled_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake in the page's source is shown in esbuild's words."""
    (tmp_path / "page.js").write_text('import "./nowhere.js";')
    monkeypatch.setattr(bundling, "SOURCE", tmp_path)
    with pytest.raises(LocalStackError, match=r"nowhere\.js"):
        bundle(tmp_path / "out")
