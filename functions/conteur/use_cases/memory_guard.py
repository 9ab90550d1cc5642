"""Guards the instance's memory: new work is refused, and caches dropped, before it is used up."""

from conteur.use_cases.ports import Load


class MemoryGuard:
    """Looks at the instance's memory before each call."""

    def __init__(self, load: Load) -> None:
        self._load = load

    def check(self) -> None:
        """Raise ShortMemoryError where there is too little for new work."""
