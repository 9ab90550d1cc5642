"""Turns a part of the service off by its knob: no deploy, in force within ten seconds."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.ops.config_change import Change, flattened, make_change
from scripts.ops.config_errors import ConfigError, ConflictError
from scripts.ops.config_errors import RefusedError as KnobRefusedError
from scripts.ops.config_rules import find_rules
from scripts.ops.config_store import ConfigStore, Stored, connected
from scripts.ops.operations.errors import BusyError, OperationError, RefusedError
from scripts.ops.place import Place

FLAGS = ("generation.enabled", "store.enabled")
"""The knobs that turn a part of the service off."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A knob as it is, and what turning it off would change; `change` None: it is off."""

    name: str
    stored: Stored
    change: Change | None


class FlagDesk:
    """Looks at one flag of a place, and turns it off. Methods raise OperationError."""

    def __init__(
        self, store: ConfigStore, root: Path, place: Place, environ: Mapping[str, str]
    ) -> None:
        self._store = store
        self._root = root
        self._place = place
        self._environ = environ

    def look(self, name: str) -> Flag:
        """Return how it is."""
        with _explained():
            stored = self._store.read()
            if flattened(stored.fields).get(name) is False:
                return Flag(name, stored, None)
            rules = find_rules(self._root, self._place, self._environ)
            change = make_change(stored.fields, (f"{name}=false",), (), rules)
        return Flag(name, stored, change)

    def turn_off(self, name: str, by: str, reason: str) -> str:
        """Turn it off where it is not; return what was done."""
        flag = self.look(name)
        if flag.change is None:
            return f"{name} is off already"
        with _explained():
            revision = self._store.write(flag.stored, flag.change, by, reason)
        return f"{name} is off by revision {revision} of the knobs, in force within 10 s"


@contextmanager
def desk(root: Path, place: Place, environ: Mapping[str, str]) -> Iterator[FlagDesk]:
    """Yield the desk of a place. Raises OperationError."""
    with _explained(), connected(place) as store:
        yield FlagDesk(store, root, place, environ)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except ConflictError as error:
        raise BusyError(str(error)) from error
    except KnobRefusedError as error:
        raise RefusedError(str(error)) from error
    except ConfigError as error:
        raise OperationError(str(error)) from error
