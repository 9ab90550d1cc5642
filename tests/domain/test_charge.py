"""What a story holds, and what every posting leaves of it."""

from conteur.domain.charge import Charge, Posting, charge_again, erase, give_back, reserve, settle

CHARGE = Charge("2026-01-31", shard=3, micros=100)


def sums(*postings: Posting) -> tuple[int, int, int]:
    """Return stories, running, and what is held of the budget after `postings`."""
    held = sum(each.reserved - each.settled - each.given_back for each in postings)
    return sum(each.stories for each in postings), sum(each.running for each in postings), held


def test_every_posting_is_of_the_charge() -> None:
    """A story is counted where it was reserved, on whatever day it ends."""
    postings = [reserve(CHARGE), settle(CHARGE, 40), give_back(CHARGE), charge_again(CHARGE, 40)]
    assert {(each.day, each.shard) for each in postings} == {("2026-01-31", 3)}


def test_a_story_that_begins() -> None:
    """A story that begins is one, is running, and holds its reservation."""
    assert sums(reserve(CHARGE)) == (1, 1, 100)


def test_a_completed_story() -> None:
    """A completed story stays one; what it did not cost is given back."""
    assert sums(reserve(CHARGE), settle(CHARGE, 40)) == (1, 0, 0)
    assert (settle(CHARGE, 40).settled, settle(CHARGE, 40).given_back) == (40, 60)


def test_a_story_that_cost_more() -> None:
    """What a story cost above its reservation is charged as well."""
    assert sums(reserve(CHARGE), settle(CHARGE, 130)) == (1, 0, 0)
    assert (settle(CHARGE, 130).settled, settle(CHARGE, 130).given_back) == (130, -30)


def test_a_failed_story() -> None:
    """A failed story leaves nothing."""
    assert sums(reserve(CHARGE), give_back(CHARGE)) == (0, 0, 0)


def test_a_story_erased_while_it_is_told() -> None:
    """It stays one, and is charged at its reservation; one that nobody tells leaves nothing."""
    told = erase(CHARGE, is_told=True)
    assert sums(reserve(CHARGE), told) == (1, 0, 0)
    assert (told.settled, told.given_back) == (100, 0)
    assert erase(CHARGE, is_told=False) == give_back(CHARGE)


def test_a_story_saved_after_all() -> None:
    """A failed story that is completed later is one, and is charged at what it cost."""
    postings = (reserve(CHARGE), give_back(CHARGE), charge_again(CHARGE, 40))
    assert sums(*postings) == (1, 0, 0)
    assert sum(each.settled for each in postings) == 40
