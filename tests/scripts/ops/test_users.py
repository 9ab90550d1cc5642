"""scripts/users, in the real Auth and Firestore emulators."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from conteur.adapters.clock import SystemClock
from conteur.adapters.firebase_accounts import FirebaseAccounts
from conteur.domain.account import Account
from scripts.ops.place import AUTH, FIRESTORE
from scripts.ops.users import main
from tests.adapters.firestore_relay import store_at
from tests.auth_emulator import auth_emulator, sign_up
from tests.issuer import PROJECT


@dataclass
class Operator:
    """Somebody who works on the emulators, and what the functions then see of a user."""

    uid: str
    accounts: FirebaseAccounts
    capsys: pytest.CaptureFixture[str]

    def run(self, command: str, *options: str) -> int:
        return main([command, self.uid, "--local", *options])

    def json(self, command: str, *options: str) -> Any:  # noqa: ANN401 - values of JSON
        assert self.run(command, *options, "--json") == 0
        return json.loads(self.capsys.readouterr().out)

    def account(self) -> Account:
        return self.accounts.look_up(self.uid, 10)


@pytest.fixture(scope="module")
def auth_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with auth_emulator(tmp_path_factory.mktemp("auth")) as host:
        yield host


@pytest.fixture
def operator(
    auth_host: str,
    firestore_host: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Operator]:
    monkeypatch.setenv(FIRESTORE, firestore_host)
    monkeypatch.setenv(AUTH, auth_host)
    with store_at(firestore_host, PROJECT) as store:
        accounts = FirebaseAccounts(PROJECT, store.client, SystemClock())
        yield Operator(sign_up(auth_host), accounts, capsys)


@pytest.mark.server
def test_show(operator: Operator) -> None:
    """A user is shown without their name or address."""
    told = operator.json("show")
    assert (told["uid"], told["exists"], told["block"]) == (operator.uid, True, None)
    assert told["providers"] == ["anonymous"]


@pytest.mark.server
def test_block_and_unblock(operator: Operator) -> None:
    """A block says why, when, by whom and until when; the functions go by it."""
    options = ("--reason", "a test", "--by", "ada@example.com", "--until", "3000-01-01")
    block = operator.json("block", *options)["block"]
    assert {"reason": "a test", "by": "ada@example.com"}.items() <= block.items()
    assert block["until"].startswith("3000-01-01 00:00:00")
    assert "at" in block
    assert operator.account().blocked
    assert operator.json("unblock")["block"] is None
    assert not operator.account().blocked


@pytest.mark.server
def test_revoke(operator: Operator) -> None:
    """Ending all sessions is what the functions see as the moment before which none is good."""
    assert operator.account().valid_after is None
    assert operator.run("revoke") == 0
    assert operator.account().valid_after is not None
    assert "until they sign in anew" in operator.capsys.readouterr().out


@pytest.mark.server
@pytest.mark.parametrize("command", [("block", "--reason", "a test"), ("unblock",), ("revoke",)])
def test_dry_run(operator: Operator, command: tuple[str, ...]) -> None:
    """What is only tried changes nothing."""
    before = operator.account()
    assert operator.run(*command, "--dry-run") == 0
    assert "Nothing was changed" in operator.capsys.readouterr().out
    assert operator.account() == before


@pytest.mark.server
def test_nobody(operator: Operator) -> None:
    """Somebody who has no account can be blocked, and has no sessions to end."""
    operator.uid = "nobody"
    assert operator.run("revoke") == 1
    assert "check the id" in operator.capsys.readouterr().err
    assert operator.run("block", "--reason", "a test", "--json") == 0
    told = operator.capsys.readouterr()
    assert json.loads(told.out)["block"]["reason"] == "a test"
    assert "no such user in this project: check the id, and -P. A block holds" in told.err
    assert operator.json("unblock")["block"] is None


@pytest.mark.server
def test_a_user_who_is_known(operator: Operator) -> None:
    """Whoever blocks a user of the project is not warned that there is none."""
    assert operator.run("block", "--reason", "a test") == 0
    assert "no such user" not in operator.capsys.readouterr().err


@pytest.mark.server
def test_unblocking_who_is_not_blocked(operator: Operator) -> None:
    """That nobody was blocked is said in place of when they are let in."""
    assert operator.run("unblock") == 0
    told = operator.capsys.readouterr()
    assert ("Unblocked" in told.out, "nothing to take back" in told.err) == (False, True)


@pytest.mark.server
@pytest.mark.parametrize(
    ("command", "noted"),
    [(("show",), False), (("block", "--reason", "a test"), True), (("revoke",), True)],
)
def test_a_local_stack(operator: Operator, command: tuple[str, ...], *, noted: bool) -> None:
    """Whoever tries it on a local stack is told what it takes there."""
    assert operator.run(*command) == 0
    assert ("only with ACCOUNT_LOOKUP=on" in operator.capsys.readouterr().err) == noted


@pytest.mark.parametrize(
    "arguments",
    [
        ["block", "alice", "--local"],
        ["block", "alice", "--local", "--reason", " "],
        ["block", "alice", "--local", "--reason", "x", "--until", "2020-01-01"],
        ["block", "alice", "--local", "--reason", "x", "--until", "soon"],
        ["show", "a/b", "--local"],
    ],
)
def test_asked_for_wrongly(arguments: list[str]) -> None:
    """A block without a reason, one that is over, and an id that is none are refused."""
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
