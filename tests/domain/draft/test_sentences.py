"""Where sentences end, in the contract's languages."""

import pytest

from conteur.domain.draft.sentences import SentenceEnds, undecided_from


@pytest.mark.parametrize(
    ("language", "whole", "rest"),
    [
        ("en", "He ran.", " She ra"),
        ("en", "“Stop!”", " She ra"),
        ("en", "", "“Stop!” he cri"),
        ("en", "He saw Dr. Fox.", " He ra"),
        ("en", "It was so.", " He ra"),
        ("en", "", "He saw Mr. Fo"),
        ("en", "He waited… and ran.", " Then"),
        ("en", "A verse line\nwithout a stop", "\n\nAnother"),
        ("en", "", "She said:\n\nNothing"),
        ("fr", "« Qui est là ? »", " Il atten"),
        ("fr", "« Qui est là ?\u00a0»", " — Moi"),
        ("fr", "Il dort.", " M. Renar"),
        ("de", "„Halt!“", " Er lie"),
        ("da", "»Stop!«", " Han lø"),
        ("es", "¿Quién eres?", " ¡Soy y"),
        ("el", "Ποιος είναι;", " Κανεί"),
        ("hi", "वह सो गई।", " फिर व"),
        ("ar", "من هناك؟", " لا أح"),
        ("zh", "“你是谁？”", "狐狸问"),
        ("ja", "「だれ？」", "きつねは"),
        ("ja", "夜だった。", "きつねは"),
    ],
)
def test_the_last_whole_sentence_is_found(language: str, whole: str, rest: str) -> None:
    """Closing marks belong to their sentence; abbreviations and interjections end none."""
    assert SentenceEnds(language).last(whole + rest) == len(whole)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("en", text) for text in ("He ran.", "He ran. ", "“Stop!”", "Stop?!", "He ran.\n")),
        *(("ja", text) for text in ("夜。", "「夜？！", "夜。」")),
    ],
)
def test_marks_at_the_very_end_wait_for_what_follows(language: str, text: str) -> None:
    """More marks may come, so nothing has surely ended yet."""
    assert SentenceEnds(language).last(text) == 0


@pytest.mark.parametrize(
    ("language", "whole", "rest"),
    [("en", "He ran.", ""), ("en", "He ran.", " She"), ("en", "", "She"), ("zh", "夜。", "狐")],
)
def test_in_a_text_that_grows_no_more_the_end_decides(language: str, whole: str, rest: str) -> None:
    """A sentence at the end of the whole text has ended; a started one has not."""
    assert SentenceEnds(language).last_of_whole(whole + rest) == len(whole)


@pytest.mark.parametrize(
    ("language", "longest"),
    [
        ("en", "." * 32 + "”" * 8),
        ("fr", "?" * 32 + " »" * 8),
        ("el", ";" * 32 + "»" * 8),
        ("ja", "。" * 32 + "」" * 8),
    ],
)
def test_the_longest_sentence_end_is_found_from_its_undecided_tail(
    language: str, longest: str
) -> None:
    """However long the marks, a search that goes on from the tail misses none of them."""
    text = "夜" * 99 + longest
    assert SentenceEnds(language).last(text + " 夜", undecided_from(text)) == len(text)


def test_a_search_goes_on_where_the_last_one_was_undecided() -> None:
    """What was searched once is not searched again, however long the sentence grows."""
    text = "A very long sentence indeed?!"
    assert text[undecided_from(text) :] == "?!"


@pytest.mark.parametrize(
    ("language", "mark"), [("en", "."), ("fr", "!"), ("el", ";"), ("ja", "。")]
)
def test_a_longer_run_of_marks_ends_no_sentence(language: str, mark: str) -> None:
    """Its start may lie too far back for a search to see, so it counts nowhere."""
    assert SentenceEnds(language).last("夜" + mark * 33 + " 夜") == 0
