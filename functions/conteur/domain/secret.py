"""A value that must never be shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A secret's value and the number of its version, which alone may be logged."""

    value: str
    version: str

    def __repr__(self) -> str:
        """Show the version and hide the value."""
        return f"Secret(value=<redacted>, version={self.version!r})"

    __str__ = __repr__
