"""Which revision a service can go back to: a decision without I/O.

It has to be Ready, its image has to be there (Artifact Registry deletes old ones), it must not be
quarantined, and of its own calls fewer than MOST_FAILED may have failed. Figures that are missing,
or too few, are no verdict against it: that is said, and it qualifies.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.ops.operations.book import Quarantined
from scripts.ops.traffic.error_rates import Rate
from scripts.ops.traffic.platform import RevisionState

MOST_FAILED = 0.01
"""The share of its calls that a revision must stay below."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a revision. `has_image` None: nobody can tell; `rate` None: no figures.

    `commit` is what it was built of, as the records of deploys say; empty, they do not.
    """

    revision: RevisionState
    has_image: bool | None
    quarantined: Quarantined | None
    rate: Rate | None
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A revision, why it does not qualify, and what is to be known where it does.

    `bars` keep it from being chosen at all; `doubts` only from being chosen by itself: whoever
    names it may have it.
    """

    known: Known
    bars: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The revision's own name."""
        return self.known.revision.name

    @property
    def qualifies(self) -> bool:
        """Whether it is chosen by itself."""
        return not self.bars and not self.doubts

    @property
    def text(self) -> str:
        """Why not, and what is to be known, for people."""
        return "; ".join((*self.bars, *self.doubts, *self.notes))


def judge(known: Known, *, newer: bool = False) -> Judged:
    """Return how a revision is; `newer` than the one that traffic is taken from is no way back."""
    doubts = ["newer than what serves now"] if newer else []
    notes = []
    match known.rate:
        case Rate() as rate if not rate.tells:
            notes.append(rate.text)
        case Rate() as rate if rate.share >= MOST_FAILED:
            doubts.append(rate.text)
        case None:
            notes.append("no figures of its calls")
    if known.has_image is None:
        notes.append("nobody can tell whether its image is there")
    return Judged(known, tuple(_bars(known)), tuple(doubts), tuple(notes))


def newest(judged: Sequence[Judged]) -> Judged | None:
    """Return the newest that qualifies."""
    fit = [each for each in judged if each.qualifies]
    return max(fit, key=lambda each: each.known.revision.created, default=None)


def _bars(known: Known) -> list[str]:
    revision, quarantined = known.revision, known.quarantined
    bars = []
    if not revision.ready:
        bars.append(f"not Ready ({revision.problem})")
    if known.has_image is False:
        bars.append("its image is deleted")
    if quarantined:
        since = f"{quarantined.at:%Y-%m-%d %H:%M} UTC by {quarantined.by}"
        bars.append(f"quarantined {since}: {quarantined.why}")
    return bars
