"""What only Debian has is installed where that is allowed, and asked for elsewhere."""

import io
import os
from pathlib import Path

import pytest

from scripts.local.installation.debian import (
    FOR_TESTS,
    DebianPackage,
    advice,
    become_root,
    debian_part,
    has_prometheus,
    missing,
    prometheus_part,
)
from scripts.local.installation.display import Display
from scripts.local.installation.running import install
from tests.scripts.local.installation.conftest import FakeTool

BROWSER = DebianPackage("chromium", "chromium", "browser tests do not run", "brew install it")
USER = 1000


def test_a_package_is_there_when_its_program_is(fake_tool: FakeTool) -> None:
    """A package is missing as long as its program is not on PATH."""
    assert missing([BROWSER]) == (BROWSER,)
    fake_tool("chromium", "")
    assert missing([BROWSER]) == ()


def test_root_needs_no_sudo() -> None:
    """Root puts nothing before a command."""
    assert become_root(0) == ()


@pytest.mark.parametrize(("code", "allowed"), [(0, True), (1, False)])
def test_sudo_is_used_where_it_asks_for_no_password(
    fake_tool: FakeTool, code: int, *, allowed: bool
) -> None:
    """A user becomes root through sudo, if it asks for no password."""
    fake_tool("sudo", f"exit {code}")
    assert (become_root(USER) is not None) is allowed


def test_without_sudo_a_user_stays_a_user(fake_tool: FakeTool) -> None:
    """Where there is no sudo, root is not to be had."""
    fake_tool("other", "")
    assert become_root(USER) is None


def test_packages_are_installed_by_name_after_an_update(tmp_path: Path) -> None:
    """The list of packages is brought up to date before they are installed without a question."""
    part = debian_part(tmp_path, [BROWSER], ("sudo", "-n"))
    update, installation = part.steps[0].commands
    assert update.argv[:4] == ("flock", "/var/lib/apt", "sudo", "-n")
    assert update.argv[-1] == "update"
    assert installation.argv[-2:] == ("install", "chromium")
    assert "-y" in installation.argv
    assert part.is_due()


@pytest.mark.parametrize(
    ("platform", "command"),
    [("linux", "sudo apt-get install chromium"), ("darwin", "brew install it")],
)
def test_the_advice_says_what_is_lost_and_what_to_do(platform: str, command: str) -> None:
    """The advice says in one line what does not run and which command mends it."""
    text = "chromium is missing: browser tests do not run. Install it: "
    assert advice(BROWSER, platform) == text + command


def test_the_tests_ask_for_a_real_redis(fake_tool: FakeTool) -> None:
    """Where Redis is missing, the advice names its package on Debian and on macOS."""
    fake_tool("chromium", "")
    fake_tool("jq", "")
    (redis,) = missing(FOR_TESTS)
    assert advice(redis, "linux").endswith("sudo apt-get install redis-server")
    assert advice(redis, "darwin").endswith("brew install redis")


@pytest.fixture
def debian(fake_tool: FakeTool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a Debian whose lists of packages are missing until they are brought up to date."""
    lists = tmp_path / "lists"
    package = f"[ -e {lists} ] || exit 100\ntouch prometheus_2_amd64.deb"
    update = f"for last; do :; done\n[ $last = update ] && exec touch {lists}\n"
    programs = "mkdir -p usr/bin && touch usr/bin/prometheus usr/bin/promtool"
    fake_tool("apt-get", update + package)
    fake_tool("dpkg-deb", f"[ -f $2 ] && cd $3 && {programs}")
    fake_tool("flock", 'shift\nexec "$@"')
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{os.defpath}")
    return lists


def test_prometheus_is_unpacked_without_root(
    project: Path, debian: Path, display: Display, screen: io.StringIO
) -> None:
    """Where the lists are there, a user unpacks it into the project, and nothing else is left."""
    debian.touch()
    (project / ".cache").mkdir()
    install([prometheus_part(project, None)], project, display)
    assert (
        screen.getvalue().splitlines()[-1] == "Installed: Prometheus (.cache/prometheus), after 0 s"
    )
    assert [path.name for path in (project / ".cache/prometheus").iterdir()] == ["usr"]


@pytest.mark.usefixtures("debian")
def test_root_brings_the_lists_up_to_date_first(
    project: Path, display: Display, screen: io.StringIO
) -> None:
    """Where they are missing, who may become root fetches them, and then the package."""
    install([prometheus_part(project, ())], project, display)
    assert "Installed: Prometheus" in screen.getvalue()


@pytest.mark.usefixtures("debian")
def test_without_lists_and_root_there_is_no_prometheus(
    project: Path, display: Display, screen: io.StringIO
) -> None:
    """Where they are missing for good, what is lost is said and all else goes on."""
    install([prometheus_part(project, None)], project, display)
    assert "Without it which alerts fire is not shown" in screen.getvalue()
    assert not (project / ".cache/prometheus/usr").exists()


def test_both_programs_of_prometheus_are_needed(project: Path, fake_tool: FakeTool) -> None:
    """It is there when the server and promtool are, each on PATH or unpacked."""
    fake_tool("prometheus", "")
    assert not has_prometheus(project)
    (project / ".cache/prometheus/usr/bin").mkdir(parents=True)
    (project / ".cache/prometheus/usr/bin/promtool").touch()
    assert has_prometheus(project)
