"""A stamp says what a part was installed from, so that it is not installed again."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file that holds `digest` once the part is whole; an interrupted part has none."""

    path: Path
    digest: str

    def is_current(self) -> bool:
        """Tell whether the part is whole and was installed from the same things."""
        try:
            return self.path.read_text() == self.digest
        except OSError:
            return False

    def remove(self) -> None:
        """Say that the part is not whole."""
        self.path.unlink(missing_ok=True)

    def write(self) -> None:
        """Say that the part is whole."""
        self.path.write_text(self.digest)


def digest(files: Iterable[Path], *facts: str) -> str:
    """Return one SHA-256 of the files' contents and the facts, in their order, as hexadecimal."""
    each = [sha256(file.read_bytes()).hexdigest() for file in files]
    return sha256("\n".join([*each, *facts]).encode()).hexdigest()
