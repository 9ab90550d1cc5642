"""Whether this instance is itself the reason why a call took too long."""

QUEUED_SECONDS = 1.0  # with a free thread a call waits for a few milliseconds
CPU_SHARE = 0.9  # of one core: an instance has one, and Python's lock lets no more be used
MEMORY_RATIO = 0.9  # above it the kernel takes pages back, and then ends the container


def is_overloaded(queued: float, cpu_share: float, memory_ratio: float | None) -> bool:
    """Tell whether threads, CPU or memory were short during a call.

    `queued` is the call's wait for a thread in seconds, `cpu_share` the process's CPU time in
    the call over the call's own time, `memory_ratio` the used share of the instance's memory,
    None if unknown.
    """
    short_of_memory = memory_ratio is not None and memory_ratio >= MEMORY_RATIO
    return queued >= QUEUED_SECONDS or cpu_share >= CPU_SHARE or short_of_memory
