"""A value that must never be shown."""

import traceback

from conteur.domain.secret import Secret

SECRET = Secret("test-key", version="7")


def test_hidden() -> None:
    """Neither repr, str nor a format shows the value; the version is there to be logged."""
    for shown in (repr(SECRET), str(SECRET), f"{SECRET}", f"{[SECRET]}"):
        assert "test-key" not in shown
        assert "7" in shown


def test_hidden_in_tracebacks() -> None:
    """A traceback that shows an exception's arguments shows no value either."""
    report = traceback.format_exception(ValueError(SECRET))
    assert "test-key" not in "".join(report)
