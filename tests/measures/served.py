"""How the measures serve the product, and which process that is."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.figures import family
from tests.bench.upstream import MODEL

SETTINGS = {
    "OPENAI_MODEL": MODEL,
    "OPENAI_PRICES": f"{MODEL}:1/2@2026-01-01",
    "BUDGET_USD_PER_DAY": "100000",
}


def server_pid(url: str) -> int:
    """Return the process that this one has started to serve `url`: gunicorn's master."""
    port = str(urlsplit(url).port).encode()
    for pid in family(os.getpid()):
        _python, *script, _last = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if script and script[0].endswith(b"functions-framework") and port in script:
            return pid
    raise LookupError(f"nothing here serves {url}")


def allocated_mb(pid: int) -> float:
    """Return the memory that a process and its descendants have asked for, and touched, in MB.

    A page that some of them share counts once. Unlike the whole PSS it has no part in it of
    libraries' pages, of which each process on the machine that maps them counts its share.
    """
    return sum(map(_anonymous_kb, family(pid))) * 1024 / 1e6


def _anonymous_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:"))
