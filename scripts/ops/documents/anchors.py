"""The anchors that GitHub gives to headings.

Source: https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links
"""

import unicodedata
from collections import Counter

from scripts.ops.documents.markdown import Page

_KEPT = {"Nd", "Pc"}


def anchors_of(page: Page) -> set[str]:
    """Return every anchor of the page: of its headings, and those that its HTML names."""
    seen: Counter[str] = Counter()
    found: set[str] = {named.text for named in page.anchors}
    for heading in page.headings:
        slug = anchor = slug_of(heading.text)
        while anchor in found:
            seen[slug] += 1
            anchor = f"{slug}-{seen[slug]}"
        found.add(anchor)
    return found


def slug_of(heading: str) -> str:
    """Return the anchor of the first heading of this text.

    Letters with their accents, digits, underscores and hyphens stay; a space becomes a hyphen.
    """
    kept = (character for character in heading.strip().lower() if _stays(character))
    return "".join(kept).replace(" ", "-")


def _stays(character: str) -> bool:
    category = unicodedata.category(character)
    return character in " -" or category[0] in "LM" or category in _KEPT
