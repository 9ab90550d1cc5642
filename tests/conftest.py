"""What every test may use: an issuer of tokens, Firestore, PostgreSQL and Redis."""

from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

from scripts.local.firestore import firestore_emulator
from scripts.local.postgres import Postgres
from tests.issuer import Issuer
from tests.postgres import fresh_database, migrated_server
from tests.private_texts import keep_log
from tests.redis_server import RedisServer, redis_running

ROOT = Path(__file__).parent.parent

# No time limit that a busy machine could miss, and no files kept.
hypothesis.settings.register_profile("conteur", deadline=None, database=None)
hypothesis.settings.load_profile("conteur")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let continuous integration refuse skipped tests."""
    parser.addoption("--no-skips", action="store_true", help="a skipped test is a failure")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Play last what looks through the logs of all others."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what a test printed, and fail a skipped one where `--no-skips` is given."""
    report = yield
    for name, text in report.sections:
        keep_log(f"{report.nodeid}, {name}", text)
    if report.skipped and item.config.getoption("--no-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which --no-skips forbids: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    """Sign tokens that are really checked."""
    with Issuer().serve() as served:
        yield served


@pytest.fixture(scope="session")
def firestore_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the Firestore emulator with the project's rules, once for all tests."""
    folder = tmp_path_factory.mktemp("firestore")
    with firestore_emulator(folder, ROOT / "firestore.rules") as host:
        yield host


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Run PostgreSQL with a migrated template, once for all tests."""
    with migrated_server() as server:
        yield server


@pytest.fixture
def database(postgres_server: Postgres) -> Iterator[str]:
    """Make a migrated database of the test's own; its URL."""
    with fresh_database(postgres_server) as url:
        yield url


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """Run a Redis of the test's own."""
    with redis_running(tmp_path) as server:
        yield server
