"""How much of a text says again what it has said before."""

from conteur.domain.quality.writing import WORD
from conteur.domain.words import characters_for

RUN = 4  # words
FEWEST_RUNS = 40  # that a share is taken of


def repetition(text: str, tag: str) -> float:
    """Return the share of runs of four words that came before, 0 where there are few runs.

    Where words are not spaced, a run is as many characters as make four words.
    """
    words = WORD.findall(text.lower())
    characters = characters_for(RUN, tag)
    if characters is None:
        runs = [*zip(*(words[place:] for place in range(RUN)), strict=False)]
        return _share(len(set(runs)), len(runs))
    joined = "".join(words)
    starts = range(len(joined) - characters + 1)
    return _share(len({joined[start : start + characters] for start in starts}), len(starts))


def _share(different: int, runs: int) -> float:
    return 1 - different / runs if runs >= FEWEST_RUNS else 0.0
