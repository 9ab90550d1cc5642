"""The lines that the deployment guide has an operator look for, in the log of a real run."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote

import psycopg
import pytest

from scripts.local.postgres import Postgres
from tests import store_rows
from tests.adapters.author_tokens import OTHER_KEY, token
from tests.postgres import fresh_database
from tests.served_store import PUBLISH, Reply, ServedStore, secrets_for, served_store

pytestmark = pytest.mark.server

LOG = "/var/log/app.log"  # where the guide has it
# After the first wait for a lock, 5 s, there is time for one more that ends with the request.
SETTINGS = {"STORE_DEADLINE_SECONDS": "8", "STORE_INITIAL_DELAY_MS": "10"}
HOLD = "SELECT 1 FROM stores WHERE user_id = 'slow' FOR UPDATE"


@dataclass(frozen=True)
class Run:
    """A run in which one author published, one waited in vain, one was blocked, one was nobody."""

    store: ServedStore
    slow: Reply
    blocked: Reply
    nobody: Reply
    good: Reply

    def guide(self, script: str) -> list[str]:
        """Return the lines that a command of the guide's prints for this run's log."""
        here = script.replace(LOG, quote(str(self.store.process.log)))
        return self.store.shell(here).splitlines()


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres, firestore_host: str
) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("logs")
    with (
        fresh_database(postgres_server) as database,
        served_store(folder, secrets_for(database), firestore_host, **SETTINGS) as store,
    ):
        store_rows.add_authors(database, "slow", "good")
        store_rows.add_authors(database, "blocked", done=False)
        blocked, good = store.publish("blocked"), store.publish("good")
        nobody = store.post(PUBLISH, token(OTHER_KEY, sub="good"))
        with psycopg.connect(database) as connection:
            connection.execute(HOLD)
            slow = store.publish("slow")
        store.process.stop()
        yield Run(store, slow, blocked, nobody, good)


def test_the_run_was_as_it_says(run: Run) -> None:
    """Each of the four requests ended as the commands below are to show."""
    statuses = [reply.status for reply in (run.slow, run.blocked, run.nobody, run.good)]
    assert statuses == [503, 409, 401, 200]


def test_timeouts_are_found(run: Run) -> None:
    """The guide's search for time-outs finds the one, with its correlation id."""
    [line] = run.guide(f'grep "Store Publish" {LOG} | grep "timeout"')
    assert json.loads(line)["correlationId"] == run.slow.body["correlationId"]


def test_retries_are_found(run: Run) -> None:
    """The guide's search for retries finds each attempt after the first."""
    [line] = run.guide(f'grep "Retry attempt" {LOG}')
    told = json.loads(line)
    assert (told["attempt"], told["of"], told["reason"]) == (2, 3, "55P03")
    assert told["correlationId"] == run.slow.body["correlationId"]


def test_errors_are_counted_by_kind(run: Run) -> None:
    """The guide's count of errors by kind names the one that was ours, and no refusal."""
    script = f"grep \"Failed to publish store\" {LOG} | \\\n  jq '.error' | sort | uniq -c"
    assert [line.split() for line in run.guide(script)] == [["1", '"STORE_TIMEOUT"']]


def test_correlation_ids_are_found(run: Run) -> None:
    """The guide's search for correlation ids finds lines of every request."""
    found = {
        json.loads(line)["correlationId"]
        for line in run.guide(f'grep "correlationId" {LOG} | tail -20')
    }
    replies = (run.slow, run.blocked, run.nobody, run.good)
    assert {reply.body["correlationId"] for reply in replies} <= found


def test_blocks_of_the_gate_are_counted(run: Run) -> None:
    """The guide's count of what the gate has blocked is one."""
    assert run.guide(f'grep "Gating check blocked" {LOG} | wc -l') == ["1"]


def test_missing_steps_are_counted(run: Run) -> None:
    """The guide's count of missing steps names the first that the author has to do."""
    found = run.guide(f"grep \"missingStep\" {LOG} | jq '.missingStep' | sort | uniq -c")
    assert [line.split() for line in found] == [["1", f'"{run.blocked.body["missingStep"]}"']]


def test_attempts_without_a_token_are_found(run: Run) -> None:
    """The guide's search for suspicious requests finds the one."""
    [line] = run.guide(f'grep "Unauthorized" {LOG} | tail -20')
    assert json.loads(line)["correlationId"] == run.nobody.body["correlationId"]


def test_each_line_is_json(run: Run) -> None:
    """Cloud Logging, and jq, can read every line."""
    assert [json.loads(line)["severity"] for line in run.store.process.output().splitlines()]
