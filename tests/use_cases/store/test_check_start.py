"""What the store says at its start of what it cannot work without."""

from collections.abc import Callable

import pytest

from conteur.domain.secret import Secret
from conteur.errors import ConteurError, DeadlineError, Phase, SecretUnavailableError
from conteur.use_cases.store.check_start import READ_SECONDS, check_database_url, check_start

SITE = "https://example.com"
MISSING = SecretUnavailableError("there is no such secret.", missing=True)


def read(timeout: float) -> Secret:
    assert timeout == READ_SECONDS
    return Secret("a value", "1")


def fails(error: ConteurError) -> Callable[[float], Secret]:
    def reader(_timeout: float) -> Secret:
        raise error

    return reader


def test_a_start_with_all_that_is_needed() -> None:
    """Where nothing is missing nothing is said."""
    assert not check_start(SITE, {"DATABASE_URL": read, "JWT_SECRET": read})


def test_each_that_is_missing_is_named() -> None:
    """One text names all that is missing, each with what to do next."""
    missing = fails(MISSING)
    problems = check_start("", {"DATABASE_URL": missing, "JWT_SECRET": missing})
    lines = str(problems).splitlines()
    assert lines[0] == "The store cannot start:"
    assert "NEXT_PUBLIC_API_URL is not set" in lines[1]
    assert lines[2] == (
        "- DATABASE_URL: there is no such secret. "
        "Next: `npx firebase functions:secrets:set DATABASE_URL -P production`."
    )
    assert "functions:secrets:set JWT_SECRET " in lines[3]
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("api_url", "reader", "none"),
    [
        ("", fails(MISSING), True),
        ("", fails(SecretUnavailableError("down")), True),
        ("", read, False),
        (SITE, fails(MISSING), False),
    ],
)
def test_a_store_that_nobody_has_set_up(
    api_url: str, reader: Callable[[float], Secret], *, none: bool
) -> None:
    """Only where nothing at all is there, as far as is known, is it meant to be closed."""
    problems = check_start(api_url, {"DATABASE_URL": reader, "JWT_SECRET": reader})
    assert problems
    assert problems.none_there is none


@pytest.mark.parametrize(
    "error", [SecretUnavailableError("down"), DeadlineError("late", Phase.SECRET)]
)
def test_a_secret_that_cannot_be_read_just_now_is_not_missing(error: ConteurError) -> None:
    """A Secret Manager that does not answer is no reason to stop: the requests try again."""
    assert not check_start(SITE, {"DATABASE_URL": fails(error), "JWT_SECRET": read})


@pytest.mark.parametrize(
    "url", ["postgresql://u:p@10.0.0.2:5432/store", "postgres://u@h/d?sslmode=require"]
)
def test_an_address_of_postgresql(url: str) -> None:
    """A postgresql:// URL is accepted, as is the older postgres://."""
    assert check_database_url(url) == ()


@pytest.mark.parametrize(
    "url", ["", "mysql://u:hush@h/d", "postgresql://", "postgresql://u:hush @h/d", "hush"]
)
def test_what_is_no_address_of_postgresql(url: str) -> None:
    """Anything else is refused, unquoted."""
    (problem,) = check_database_url(url)
    assert "postgresql://USER" in problem
    assert "hush" not in problem
