"""What only Debian has is installed where that is allowed, and asked for elsewhere."""

from pathlib import Path

import pytest

from scripts.local.installation.debian import (
    FOR_TESTS,
    DebianPackage,
    advice,
    become_root,
    debian_part,
    missing,
)
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
    update, install = part.steps[0].commands
    assert update.argv[:2] == ("sudo", "-n")
    assert update.argv[-1] == "update"
    assert install.argv[-2:] == ("install", "chromium")
    assert "-y" in install.argv
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
    (redis,) = missing(FOR_TESTS)
    assert advice(redis, "linux").endswith("sudo apt-get install redis-server")
    assert advice(redis, "darwin").endswith("brew install redis")
