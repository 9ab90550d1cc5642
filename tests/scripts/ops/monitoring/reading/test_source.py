"""Which Prometheus is meant."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local.run_directory import PREFIX, RUNNING
from scripts.ops.monitoring.alert import ROOT
from scripts.ops.monitoring.reading.source import URL_FILE, Source, find_source
from scripts.ops.place import FIRESTORE, PlaceError
from tests.scripts.ops.test_place import port, run_stack

__all__ = ["port"]  # a fixture
URL = "http://127.0.0.1:9090"


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield the folder of the one stack that runs."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as firestore:
        (folder := tmp_path / f"{PREFIX}one").mkdir()
        (folder / RUNNING).touch()
        config = {"emulators": {"firestore": {"port": firestore.getsockname()[1]}}}
        (folder / "firebase.json").write_text(json.dumps(config))
        yield folder


def test_a_project() -> None:
    """Cloud Monitoring is asked for it, and its alias says which alerts suit it."""
    source = find_source(ROOT, "production", {}, local=False)
    named = "production (conteur-production)"
    assert source == Source(named, "production", project="conteur-production")


def test_a_prometheus_of_the_environment() -> None:
    """PROMETHEUS_URL needs no stack, and its password is not shown."""
    url = "http://ada:secret@prometheus:9090/sub/"
    source = find_source(ROOT, None, {"PROMETHEUS_URL": url}, local=True)
    assert source == Source("the Prometheus at prometheus:9090", "local", url=url.rstrip("/"))


@pytest.mark.parametrize("url", ["127.0.0.1:9090", "http://", "file:///etc/hosts"])
def test_an_address_that_is_none(url: str) -> None:
    """What is no URL is said to be none."""
    with pytest.raises(PlaceError, match=r"is no URL such as http://127\.0\.0\.1:9090"):
        find_source(ROOT, None, {"PROMETHEUS_URL": url}, local=False)


def test_two_places() -> None:
    """Whoever names production and a Prometheus is asked which is meant."""
    with pytest.raises(PlaceError, match="-P production and PROMETHEUS_URL are two places"):
        find_source(ROOT, "production", {"PROMETHEUS_URL": URL}, local=False)


def test_the_local_stack_is_no_project() -> None:
    """Nor do a project and --local go together."""
    with pytest.raises(PlaceError, match="leave out --local"):
        find_source(ROOT, "production", {}, local=True)


def test_no_project_is_meant_by_chance() -> None:
    """Without a name nothing is looked at."""
    with pytest.raises(PlaceError, match=r"Name the project with -P"):
        find_source(ROOT, None, {}, local=False)


@pytest.mark.parametrize("named", [None, "demo-conteur"])
def test_the_local_stacks_own(stack: Path, named: str | None) -> None:
    """The stack that runs says in its folder where its Prometheus is."""
    (stack / URL_FILE).write_text(f"{URL}\n")
    source = find_source(ROOT, named, {}, local=True)
    assert source == Source(f"the local stack, by its Prometheus at {URL}", "local", url=URL)


def test_a_stack_without_one(stack: Path) -> None:
    """A stack that runs without a Prometheus is told apart from none at all."""
    with pytest.raises(PlaceError, match="runs without a Prometheus"):
        find_source(ROOT, None, {}, local=True)
    (stack / RUNNING).unlink()
    with pytest.raises(PlaceError, match="No local stack runs"):
        find_source(ROOT, None, {}, local=True)


def test_of_several_stacks_one_is_named(stack: Path, port: int) -> None:
    """Where several run none is chosen by chance; a line of those that are told chooses."""
    run_stack(stack.parent, "two", port, port)
    for name, url in (("one", URL), ("two", f"{URL}1")):
        (stack.with_name(f"{PREFIX}{name}") / URL_FILE).write_text(url)
    with pytest.raises(PlaceError) as refused:
        find_source(ROOT, None, {}, local=True)
    *_, of_two = str(refused.value).splitlines()
    named = dict(each.split("=") for each in of_two.split())
    assert named[FIRESTORE] == f"127.0.0.1:{port}"
    assert find_source(ROOT, None, named, local=True).url == f"{URL}1"


def test_a_stack_that_has_ended(stack: Path) -> None:
    """An environment that names a stack of before is not told to get a Prometheus."""
    (stack / URL_FILE).write_text(URL)
    with pytest.raises(PlaceError, match="No local stack runs"):
        find_source(ROOT, None, {FIRESTORE: "127.0.0.1:9"}, local=True)
