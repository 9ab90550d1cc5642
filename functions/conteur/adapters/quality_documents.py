"""A story's quality, as it is kept and as a task carries it."""

from collections.abc import Mapping
from typing import Any

from conteur.domain.quality import Quality


def quality_document(quality: Quality) -> dict[str, Any]:
    """Return what is kept of a story's quality."""
    return {
        "lengthRatio": quality.length_ratio,
        "repetition": quality.repetition,
        "wholeEnding": quality.whole_ending,
        "languageShare": quality.language_share,
        "scriptShare": quality.script_share,
        "missingNames": quality.missing_names,
        "paragraphs": quality.paragraphs,
        "flags": list(quality.flags),
    }


def quality_in(document: Mapping[str, Any]) -> Quality:
    """Return what was kept; an older revision kept the length's ratio alone."""
    usual = Quality(document["lengthRatio"])
    return Quality(
        length_ratio=usual.length_ratio,
        repetition=document.get("repetition", usual.repetition),
        whole_ending=document.get("wholeEnding", usual.whole_ending),
        language_share=document.get("languageShare", usual.language_share),
        script_share=document.get("scriptShare", usual.script_share),
        missing_names=document.get("missingNames", usual.missing_names),
        paragraphs=document.get("paragraphs", usual.paragraphs),
        flags=tuple(document.get("flags", usual.flags)),
    )
