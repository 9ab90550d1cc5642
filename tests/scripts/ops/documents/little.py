"""A little repository of pages, beside the commands of the real one."""

from dataclasses import dataclass
from pathlib import Path

from scripts.ops.documents import links, markdown, shown
from scripts.ops.documents.__main__ import ROOT
from scripts.ops.documents.finding import Finding

OTHER = "# Another page\n\n## Où ça ?\n\n## A `code`, twice\n\n## A `code`, twice\n"


@dataclass(frozen=True)
class LittlePages:
    """Pages in `root`: docs/page.md, whose text a test gives, and docs/other.md beside it."""

    root: Path

    def links(self, text: str) -> list[Finding]:
        """Return what is wrong with the links of a page of this text."""
        (self.root / "docs").mkdir(exist_ok=True)
        (self.root / "docs/page.md").write_text(text)
        (self.root / "docs/other.md").write_text(OTHER)
        found = markdown.pages(self.root)
        return list(links.check({page.name: page for page in found}, self.root))


def commands(text: str) -> list[Finding]:
    """Return what is wrong with the commands of a page of this text, in the real repository."""
    return shown.check([markdown.read("docs/page.md", text)], ROOT).findings


def block(*lines: str, language: str = "sh") -> str:
    """Return a page that shows these lines in a block, the first of them in line 2."""
    return "\n".join([f"```{language}", *lines, "```", ""])
