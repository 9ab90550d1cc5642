"""What authors are written."""

from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.store.letters import STORE_PUBLISHED, letter

FACTS = {"name": "Shop", "storeUrl": "https://example.com/api/stores/shop"}


def test_an_author_of_france() -> None:
    """France's authors are written in French."""
    said = letter(STORE_PUBLISHED, {**FACTS, "market": "FR"})
    assert said is not None
    assert said.subject == "Votre boutique Shop est publiée"
    assert said.text.startswith("Bonjour,")
    assert "\n\nhttps://example.com/api/stores/shop\n\n" in said.text


def test_an_author_of_another_market() -> None:
    """All others are written in English, also where the market is not known."""
    for facts in (FACTS, {**FACTS, "market": "DE"}):
        said = letter(STORE_PUBLISHED, facts)
        assert said is not None
        assert said.subject == "Your store Shop is public"


def test_an_unknown_kind() -> None:
    """There is no letter of a kind that nobody knows."""
    assert letter("invoice", FACTS) is None


@given(st.text(), st.text(), st.text())
def test_any_facts(name: str, url: str, market: str) -> None:
    """Whatever the facts, the subject is one line that can be printed."""
    said = letter(STORE_PUBLISHED, {"name": name, "storeUrl": url, "market": market})
    assert said is not None
    assert said.subject.isprintable()
    assert len(said.text.splitlines()) == 7
