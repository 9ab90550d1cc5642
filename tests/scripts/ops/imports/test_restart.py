"""An import that is broken off, and one that is large."""

import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from scripts.ops.imports.__main__ import ROOT
from scripts.ops.imports.checks import BATCH, Checker, Trust
from scripts.ops.imports.here import look_around
from scripts.ops.imports.mapping import Renaming
from scripts.ops.imports.run import Import
from scripts.ops.imports.sources import CsvFolder
from tests.scripts.ops.imports.older import ADA, EVENT, FAILED, SHOP, THEME, Mover

pytestmark = pytest.mark.server

USERS = 2 * BATCH
TABLES = ("users", "stores", "user_onboarding", "onboarding_events")


def put_many(mover: Mover, count: int) -> None:
    ids = [f"user-{number:06d}" for number in range(count)]
    mover.put("users", *({**ADA, "id": each} for each in ids))
    mover.put("stores", *({**SHOP, "user_id": each, "slug": each} for each in ids))
    mover.put("user_onboarding", *({**THEME, "user_id": each} for each in ids))
    mover.put("onboarding_events", *({**EVENT, "id": each, "user_id": each} for each in ids))


@contextmanager
def held_up(mover: Mover, table: str, user: str) -> Iterator[None]:
    """Keep whoever writes a user's row of a table waiting until the end of the block."""
    mover.execute(f"""
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
        CREATE TRIGGER wait BEFORE INSERT ON {table}
        FOR EACH ROW WHEN (NEW.{"id" if table == "users" else "user_id"} = '{user}')
        EXECUTE FUNCTION wait();
    """)
    with psycopg.connect(mover.url) as holder:
        holder.execute("SELECT pg_advisory_lock(1)")
        yield
    mover.execute(f"DROP TRIGGER wait ON {table}")


def kill_after(mover: Mover, line: str) -> None:
    """Run the command as a process of its own, and kill it when it has said a line."""
    command = [sys.executable, "-m", "scripts.ops.imports", str(mover.folder)]
    environ = {**os.environ, "PYTHONPATH": f"functions{os.pathsep}."}
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        said = any(each.strip() == line for each in process.stderr or ())
        process.send_signal(signal.SIGKILL)
    assert (said, process.returncode) == (True, -signal.SIGKILL)


@pytest.mark.parametrize(("place", "table"), [*enumerate(TABLES)])
def test_killed_in_the_middle(mover: Mover, place: int, table: str) -> None:
    """What was written stays whole, and the same command again ends with every row, once."""
    put_many(mover, USERS)
    with held_up(mover, table, f"user-{USERS - 1:06d}"):
        kill_after(mover, f"{table}: {BATCH:,} rows written")
    there = [USERS] * place + [BATCH] + [0] * (3 - place)
    assert [len(rows) for rows in mover.everything()] == there
    tables = mover.report()["tables"].values()
    assert [its["new"] for its in tables] == [USERS - rows for rows in there]
    assert [len(rows) for rows in mover.everything()] == [USERS] * 4


def test_rows_that_do_not_arrive(mover: Mover) -> None:
    """Rows that are not here in the end are counted, and the command fails."""
    mover.put_all()
    mover.execute("""
        CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER lose BEFORE INSERT ON onboarding_events
        FOR EACH ROW EXECUTE FUNCTION lose();
    """)
    tables = mover.report(expected=FAILED)["tables"]
    assert [its["missing"] for its in tables.values()] == [0, 0, 0, 1]


def test_memory_does_not_grow(mover: Mover) -> None:
    """Five times as many rows take no more memory: they are streamed."""
    peaks = []
    for count in (2 * BATCH, 10 * BATCH):
        mover.put("users", *({**ADA, "id": f"user-{number:06d}"} for number in range(count)))
        with psycopg.connect(mover.url, autocommit=True) as connection:
            here = look_around(connection)
            checker = Checker(CsvFolder(mover.folder), Renaming(), Trust(), here)
            tracemalloc.start()
            Import(checker, connection, lambda _: None).check()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]
