"""Which lines have come already."""

from collections.abc import Hashable


class Seen:
    """The last `most` keys that came; those before are forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._keys: dict[Hashable, None] = {}

    def is_new(self, key: Hashable) -> bool:
        """Tell whether a key has not come yet, which it has from now on."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > self._most:
            del self._keys[next(iter(self._keys))]
        return True

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._keys)
