"""The catalogue of errors, by reason."""

from collections.abc import Mapping
from functools import cache

from conteur.catalogue.entry import Advice, Diagnosis, Entry
from conteur.catalogue.terms import Cause, Phase
from conteur.catalogue.timeouts import CAUSES, PHASES
from conteur.errors import kinds


@cache
def entries() -> Mapping[str, Entry]:
    """Return every entry by its reason."""
    return {error.entry.reason: error.entry for error in kinds()}


def advice_of(entry: Entry, kind: str) -> Advice:
    """Return what is said of an error's kind; of one that is not known, what is said of all."""
    return entry.kinds.get(kind, entry)


def diagnoses(phase: str, cause: str) -> tuple[Diagnosis, ...]:
    """Return what a time-out's cause and phase mean, the cause first, as far as they are known."""
    of_cause = [CAUSES[each] for each in Cause if each == cause]
    return (*of_cause, *(PHASES[each] for each in Phase if each == phase))
