"""Comparing what we state of a resource with what is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A field that is not as it should be, by its path."""

    path: str
    before: object
    after: object

    @property
    def top(self) -> str:
        """The field of the resource that it is a part of."""
        return self.path.partition(".")[0].partition("[")[0]


def compared(want: object, have: object, path: str = "") -> Iterator[Field]:
    """Yield what of `want` is otherwise in `have`; what only `have` has is not looked at.

    Lists are compared whole: one that is longer or shorter is another one.
    """
    match want, have:
        case dict(), Mapping():
            for key, value in want.items():
                yield from compared(value, have.get(key), f"{path}.{key}" if path else key)
        case [*wanted], [*there] if len(wanted) == len(there):
            for number, pair in enumerate(zip(wanted, there, strict=True)):
                yield from compared(*pair, f"{path}[{number}]")
        case _:
            if want != have:
                yield Field(path, have, want)
