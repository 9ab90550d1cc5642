"""What several boxes look at, asked for once."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Once(Generic[_Value]):
    """Calls `make` for the first who asks; the others wait for it, and meet the same error."""

    def __init__(self, make: Callable[[], _Value]) -> None:
        self._make = make
        self._lock = Lock()
        self._value: _Value | None = None
        self._error: Exception | None = None
        self._made = False

    def __call__(self) -> _Value:
        """Return what was made. Raises what `make` has raised."""
        with self._lock:
            if not self._made:
                self._try()
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]  # it was made, and may be None itself

    def _try(self) -> None:
        self._made = True
        try:
            self._value = self._make()
        except Exception as error:  # noqa: BLE001 - it is raised again, to everybody who asks
            self._error = error
