"""Language tags as phones and browsers give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.languages import PRIMARY_TAGS, normalise_tag, primary_tag


@pytest.mark.parametrize("tag", PRIMARY_TAGS)
def test_every_language_of_the_contract_is_known(tag: str) -> None:
    """A primary tag stands for itself, in any letter case."""
    assert normalise_tag(tag) == tag
    assert normalise_tag(tag.upper()) == tag


@pytest.mark.parametrize(
    ("given_tag", "normal"),
    [
        ("fr-ca", "fr-CA"),
        ("FR_CA", "fr-CA"),
        ("zh-hant", "zh-Hant"),
        ("zh_Hant_TW", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("fr-FR-u-mu-celsius", "fr-FR"),
        ("en-US-u-fw-mon-mu-celsius", "en-US"),
        ("iw-IL", "he-IL"),
        ("no-NO", "nb-NO"),
    ],
)
def test_a_script_and_a_region_are_kept_in_their_usual_letter_case(
    given_tag: str, normal: str
) -> None:
    """Every spelling that phones use leads to the same tag."""
    assert normalise_tag(given_tag) == normal


@pytest.mark.parametrize(
    "tag",
    [
        *("", "f", "xx", "fra", "french", "tlh", "nn-NO", "ｆｒ", "ſv"),
        *("fr-", "-fr", "fr-F", "fr-12", "fr--CA", "fr CA", "fr-CA-", "fr\n"),
        *("fr-u", "fr-u-" + "-".join(["abcd"] * 9)),
    ],
)
def test_what_is_no_tag_of_a_known_language_is_refused(tag: str) -> None:
    """Unknown languages and malformed tags give None."""
    assert normalise_tag(tag) is None


@given(st.text(max_size=12))
def test_a_normal_tag_is_its_own_normal_form(tag: str) -> None:
    """Normalising twice changes nothing, and the language stays known."""
    normal = normalise_tag(tag)
    if normal is not None:
        assert normalise_tag(normal) == normal
        assert primary_tag(normal) in PRIMARY_TAGS
