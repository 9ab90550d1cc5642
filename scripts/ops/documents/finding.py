"""What is wrong in a page, where, and what to do about it."""

from typing import NamedTuple


class Finding(NamedTuple):
    """One mistake. `page` is a path in the repository, `line` counts from 1."""

    page: str
    line: int
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return it as one line that an editor can follow."""
        return f"{self.page}:{self.line}: {self.problem}: {self.remedy}"
