"""What an instance does as its memory fills up."""

DROP_RATIO = 0.7  # before SHED_RATIO: what caches give back may spare callers a refusal
SHED_RATIO = 0.8  # the rest is for what is being told, which still grows; see overload.MEMORY_RATIO
DROP_EVERY_SECONDS = 30.0  # a cache that has just been emptied has nothing to give


def is_short(ratio: float | None) -> bool:
    """Tell whether new work must be refused.

    `ratio` is the used share of the instance's memory; None, where it is unknown, refuses nothing.
    """
    return ratio is not None and ratio >= SHED_RATIO


def should_drop(ratio: float | None, since_last: float) -> bool:
    """Tell whether to empty the caches; `since_last` is how long ago they were, in seconds."""
    return ratio is not None and ratio >= DROP_RATIO and since_last >= DROP_EVERY_SECONDS
