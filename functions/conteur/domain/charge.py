"""What a story holds of its user's quota and of everybody's budget, and how that changes.

Every change of a story's document and its postings go into the same commit, so that at every
moment

- a user's `stories` of a day are those charged to it that are PROCESSING or COMPLETED, or were
  so when their user deleted them, or were blocked after they could be read,
- `running` are those that are PROCESSING,
- `reserved` - `settled` - `given back` is what the PROCESSING ones hold.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Charge:
    """A reservation: the UTC day (2026-01-31) and the shard that count it, and micro-dollars."""

    day: str
    shard: int
    micros: int


@dataclass(frozen=True, slots=True)
class Posting:
    """What is added to one day's counters: a user's, and those of one shard of the budget."""

    day: str
    shard: int
    stories: int = 0
    running: int = 0
    reserved: int = 0
    settled: int = 0
    given_back: int = 0


def reserve(charge: Charge) -> Posting:
    """Return the posting of a story that begins."""
    return Posting(charge.day, charge.shard, stories=1, running=1, reserved=charge.micros)


def settle(charge: Charge, cost: int) -> Posting:
    """Return the posting of a story that is completed and has cost `cost` micro-dollars.

    What it cost above its reservation is given back as a negative amount.
    """
    return Posting(
        charge.day, charge.shard, running=-1, settled=cost, given_back=charge.micros - cost
    )


def give_back(charge: Charge) -> Posting:
    """Return the posting of a story that has failed: nothing of it is charged."""
    return Posting(charge.day, charge.shard, stories=-1, running=-1, given_back=charge.micros)


def erase(charge: Charge, *, is_told: bool) -> Posting:
    """Return the posting of a PROCESSING story that its user deletes.

    One that is being told is charged at its whole reservation: its attempt goes on, and its user
    may hear the rest.
    """
    return settle(charge, charge.micros) if is_told else give_back(charge)


def charge_again(charge: Charge, cost: int) -> Posting:
    """Return the posting of a story that is completed after its reservation was given back."""
    return Posting(charge.day, charge.shard, stories=1, reserved=cost, settled=cost)
