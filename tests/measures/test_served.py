"""How the measures find the process that they look at, and what they see of it."""

import os

import pytest

from tests.measures.served import allocated_mb, server_pid


def test_what_a_process_allocates_is_seen() -> None:
    """Fifty megabytes that are written to count as fifty, give or take what else happens."""
    before = allocated_mb(os.getpid())
    kept = b"x" * 50_000_000
    assert allocated_mb(os.getpid()) - before == pytest.approx(len(kept) / 1e6, abs=10)


def test_a_server_that_is_not_there_is_not_found() -> None:
    """No other process is taken for it."""
    with pytest.raises(LookupError, match=r"http://127\.0\.0\.1:1"):
        server_pid("http://127.0.0.1:1")
