"""Ports that nobody else takes between the choice and the use.

A port is reserved by holding the UDP port of the same number: servers of the local stack listen
on TCP only, so the reservation keeps other stacks away and not the server itself, and it ends
with this process. Ports come from below the range that the system gives to outgoing connections.
"""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.local.errors import LocalStackError

HOST = "127.0.0.1"
LOWEST = 20_000
USUAL_FIRST_OUTGOING = 32_768  # Linux; macOS starts at 49,152
OUTGOING_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
TRIES_PER_PORT = 100


@contextmanager
def reserved_ports(count: int) -> Iterator[tuple[int, ...]]:
    """Reserve `count` free TCP ports on 127.0.0.1 until the block ends. Raises LocalStackError."""
    with ExitStack() as reservations:
        yield tuple(_reserve(reservations) for _ in range(count))


def _reserve(reservations: ExitStack) -> int:
    highest = _first_outgoing() - 1
    for _ in range(TRIES_PER_PORT):
        port = random.randint(LOWEST, highest)  # noqa: S311 - spreads stacks out, guards nothing
        if _is_free(port) and (held := _hold(port)):
            reservations.enter_context(held)
            return port
    raise LocalStackError(
        f"No free port found between {LOWEST} and {highest} on {HOST}: end some other servers."
    )


def _first_outgoing() -> int:
    try:
        first = int(OUTGOING_RANGE.read_text().split()[0])
    except OSError:
        return USUAL_FIRST_OUTGOING
    return max(first, LOWEST + 1_000)


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _hold(port: int) -> socket.socket | None:
    holder = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        holder.bind((HOST, port))
    except OSError:
        holder.close()
        return None
    return holder
