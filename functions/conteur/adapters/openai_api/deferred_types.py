"""Imports of the `openai` package without the types of all that its API can say.

`import openai` runs the `__init__` of `openai.types` and of the packages in it, which define over
four hundred models with pydantic: more than half of the import's CPU, and of it this product,
which sends bodies of its own and reads answers as bytes, uses none. In the block these packages
are there, and what they hold can be imported by its own module as always; their `__init__` runs
when somebody asks them for anything else, also later.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

TYPES = "openai.types"

_running = threading.RLock()


@contextmanager
def deferred_types() -> Iterator[None]:
    """Put off the `__init__` of each package of types that is imported in the block."""
    finder = _Finder()
    # Another list each time: a thread that imports goes through the one it has begun with.
    sys.meta_path = [finder, *sys.meta_path]
    try:
        yield
    finally:
        sys.meta_path = [each for each in sys.meta_path if each is not finder]


class _Package(ModuleType):
    """A package whose `__init__` has not run yet."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__") and name != "__all__":  # the import system's own questions
            raise AttributeError(name)
        with _running:
            loader = self.__spec__.loader if self.__spec__ else None
            if isinstance(loader, _Deferred):
                loader.run(self)
        return super().__getattribute__(name)


class _Deferred(Loader):
    """Makes a package, and runs its `__init__` when it is told to."""

    def __init__(self, real: Loader) -> None:
        self._real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Package(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing yet."""

    def run(self, package: _Package) -> None:
        """Run the `__init__`; a second time does nothing, as with every module."""
        if package.__spec__ is not None and package.__spec__.loader is self:
            package.__spec__.loader = self._real
            try:
                self._real.exec_module(package)
            except BaseException:
                package.__spec__.loader = self
                raise


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the packages of types; everything else is left to the next finder."""
        if fullname != TYPES and not fullname.startswith(f"{TYPES}."):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None and spec.submodule_search_locations:
            spec.loader = _Deferred(spec.loader)
        return spec
