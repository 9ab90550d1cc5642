"""`scripts/token` prints tokens that the store takes, and nothing but them."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest

from conteur.adapters.author_tokens import AuthorTokens
from conteur.domain.secret import Secret
from conteur.domain.store.author import Subject, SubjectKind
from conteur.use_cases.ports import Tokens
from scripts.local.run_directory import PREFIX, RUNNING
from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.local.store import SECRETS_FILE
from scripts.ops.token import main

KEY, OLDER = "k" * 32, "o" * 32
KEYS = json.dumps({"2026-11": KEY, "2026-10": OLDER})
ENDPOINT = "SECRET_MANAGER_ENDPOINT"


class Keys:
    """The store's own secret, without Secret Manager."""

    def get(self, timeout: float) -> Secret:
        del timeout
        return Secret(KEYS, "1")

    def refresh_after_refusal(self, refused: Secret, timeout: float) -> Secret | None:
        del refused, timeout
        return None


def no_firebase() -> Tokens:
    raise AssertionError


def subject(token: str) -> Subject:
    return AuthorTokens(no_firebase, Keys(), "conteur", "conteur-store").identify(token)


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the folders of local stacks are; none runs."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    return tmp_path


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def run_stack(stacks: Path, name: str, port: int, secret: str = "") -> None:
    folder = stacks / f"{PREFIX}{name}"
    folder.mkdir()
    (folder / RUNNING).touch()
    (folder / "firebase.json").write_text(json.dumps({"emulators": {"firestore": {"port": port}}}))
    if secret:
        (folder / SECRETS_FILE).write_text(json.dumps({"JWT_SECRET": secret}))


@pytest.fixture
def local(stacks: Path, port: int) -> None:
    run_stack(stacks, "dev", port, KEYS)


@pytest.mark.usefixtures("local")
def test_the_token_alone_is_printed_and_the_store_takes_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is printed is one line, by which the store knows the synthetic author."""
    assert main([]) == 0
    (token,) = capsys.readouterr().out.splitlines()
    assert subject(token) == Subject(SubjectKind.AUTHOR, "synthetic-author")


@pytest.mark.usefixtures("local")
def test_the_first_key_signs_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Of several keys the first one signs, and the token's header names it."""
    main([])
    token = capsys.readouterr().out.strip()
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT", "kid": "2026-11"}


@pytest.mark.usefixtures("local")
def test_author_and_minutes_are_what_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """The token is the named author's, for so many minutes; programs get its claims too."""
    assert main(["--author", "demo-author", "--minutes", "5", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert subject(told["token"]).id == told["sub"] == "demo-author"
    assert told["exp"] - told["iat"] == 300


def test_a_plain_secret_has_no_key_id(
    stacks: Path, port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A secret that is one key signs tokens that name none."""
    run_stack(stacks, "dev", port, KEY)
    assert main([]) == 0
    assert "kid" not in jwt.get_unverified_header(capsys.readouterr().out.strip())


def test_a_stack_without_a_store_is_passed_by(
    stacks: Path, port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stack that only tells stories does not stand in the way of the one with a store."""
    run_stack(stacks, "tell", port)
    assert main([]) == 2
    run_stack(stacks, "dev", port, KEYS)
    assert main([]) == 0
    assert "start one with scripts/dev" in capsys.readouterr().err


def test_one_of_several_stacks_is_named_by_its_firestore(
    stacks: Path, port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where several stacks have a store, the variable that the message names chooses one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        run_stack(stacks, "one", port, KEYS)
        run_stack(stacks, "other", server.getsockname()[1], OLDER)
        assert main([]) == 2
        assert f"FIRESTORE_EMULATOR_HOST=127.0.0.1:{port}" in capsys.readouterr().err
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{port}")
        assert main([]) == 0
    assert subject(capsys.readouterr().out.strip()).id == "synthetic-author"


def test_a_key_that_is_too_short_is_refused(
    stacks: Path, port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A secret that the store would not take signs nothing, and is not shown."""
    run_stack(stacks, "dev", port, "short-secret")
    assert main([]) == 1
    told = capsys.readouterr()
    assert (told.out, "fewer than 32 bytes" in told.err) == ("", True)
    assert "short-secret" not in told.err


@pytest.mark.parametrize("wrong", [["--minutes", "1441"], ["--minutes", "0"], ["--author", "a b"]])
def test_what_no_store_would_take_is_asked_for_wrongly(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """More than a day, no time at all, and what is no author's id are refused."""
    with pytest.raises(SystemExit, match="2"):
        main(wrong)
    assert capsys.readouterr().out == ""


@pytest.fixture
def secret_manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretManagerStandIn]:
    standin = SecretManagerStandIn()
    with standin.serve() as address:
        monkeypatch.setenv(ENDPOINT, address)
        yield standin


def test_a_project_signs_with_its_own_secret(
    secret_manager: SecretManagerStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    """With -P the newest version of the project's JWT_SECRET signs."""
    secret_manager.add_version("JWT_SECRET", OLDER)
    secret_manager.add_version("JWT_SECRET", KEYS)
    assert main(["-P", "demo-conteur"]) == 0
    assert subject(capsys.readouterr().out.strip()).id == "synthetic-author"
    assert secret_manager.accessed == ["projects/demo-conteur/secrets/JWT_SECRET/versions/2"]


@pytest.mark.usefixtures("secret_manager")
def test_a_project_without_the_secret_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """A project that has no JWT_SECRET prints no token, and says how it gets one."""
    assert main(["-P", "demo-conteur"]) == 1
    told = capsys.readouterr()
    assert (told.out, "JWT_SECRET of demo-conteur cannot be read" in told.err) == ("", True)


@pytest.mark.usefixtures("secret_manager")
def test_a_stand_in_is_no_real_project(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever names staging and has a stand-in in the environment is asked which is meant."""
    assert main(["-P", "staging"]) == 2
    assert f"unset {ENDPOINT}" in capsys.readouterr().err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """--help shows a call that publishes."""
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert '$(scripts/token -P staging)"' in capsys.readouterr().out
