"""A story's quality as it is kept."""

from conteur.adapters.quality_documents import quality_document, quality_in
from conteur.domain.quality import Quality

MEASURED = Quality(
    length_ratio=0.4,
    repetition=0.25,
    whole_ending=False,
    language_share=0.5,
    script_share=0.75,
    missing_names=2,
    paragraphs=7,
    flags=("short", "unmoderated"),
)


def test_all_that_was_measured_is_kept() -> None:
    """What is read is what was written, each field of it."""
    assert quality_in(quality_document(MEASURED)) == MEASURED


def test_what_older_revisions_kept_can_be_read() -> None:
    """They kept the length's ratio alone: nothing else was measured, and nothing is flagged."""
    assert quality_in({"lengthRatio": 1.25}) == Quality(1.25)


def test_the_names_of_the_fields_are_those_of_the_documentation() -> None:
    """docs/quality.md names each measure as a document has it."""
    assert set(quality_document(MEASURED)) == {
        *("lengthRatio", "repetition", "wholeEnding", "languageShare", "scriptShare"),
        *("missingNames", "paragraphs", "flags"),
    }
