"""What looking at a box has found, before it has a name and a time."""

from dataclasses import dataclass

from scripts.ops.operations.outcome import Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """How it is, in a few words, and what to do where it is not as it has to be."""

    verdict: Verdict
    said: str
    mend: str = ""


def passed(said: str) -> Finding:
    """Return that it is as it has to be."""
    return Finding(Verdict.PASSED, said)


def failed(said: str, mend: str) -> Finding:
    """Return that it is not."""
    return Finding(Verdict.FAILED, said, mend)


def asked(said: str, mend: str) -> Finding:
    """Return that only a person can tell."""
    return Finding(Verdict.CONFIRM, said, mend)


def left_out(said: str) -> Finding:
    """Return that there is nothing to look at here, and why."""
    return Finding(Verdict.LEFT_OUT, said)


def listed(names: list[str], most: int = 3) -> str:
    """Return the first few of many things, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
