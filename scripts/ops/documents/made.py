"""The pages that are made of contracts: what they should hold, and which of them do not."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.ops.documents import callables_page, http_page
from scripts.ops.documents.finding import Finding
from scripts.ops.documents.tables import Json

MEND = "run `.venv/bin/python -m scripts.ops.documents write`, and commit it"
_PAGES: dict[str, tuple[str, Callable[[Json], str]]] = {
    http_page.NAME: (http_page.SOURCE, http_page.page),
    callables_page.NAME: (callables_page.SOURCE, callables_page.page),
}


def texts(root: Path) -> dict[str, str]:
    """Return what each page should hold, by its name."""
    return {
        name: make(json.loads((root / source).read_text()))
        for name, (source, make) in _PAGES.items()
    }


def check(root: Path) -> Iterator[Finding]:
    """Yield the pages that are out of date."""
    for name, text in texts(root).items():
        path = root / name
        if not path.exists() or path.read_text() != text:
            yield Finding(name, 1, f"it is not what {_PAGES[name][0]} says", MEND)


def write(root: Path) -> list[str]:
    """Write the pages that are out of date, and return their names."""
    stale = [finding.page for finding in check(root)]
    for name in stale:
        (root / name).write_text(texts(root)[name])
    return stale
