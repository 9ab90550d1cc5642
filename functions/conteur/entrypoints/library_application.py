"""The entry points for what apps do with stories besides having them told.

As in application.py each is made when it is first asked for; the store is built when the first
caller of one is known.
"""

from collections.abc import Callable
from functools import cached_property

from conteur.bootstrap import Lazy
from conteur.entrypoints.callable import Edge, Handler
from conteur.entrypoints.callable_entrypoint import CallableEntrypoint
from conteur.entrypoints.gate import Gate
from conteur.entrypoints.library_handlers import (
    DeleteMyDataHandler,
    DeleteStoryHandler,
    ExportHandler,
    RateHandler,
)
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import Function
from conteur.use_cases.delete_my_data import DeleteMyData
from conteur.use_cases.delete_story import DeleteStory
from conteur.use_cases.export_my_data import ExportMyData
from conteur.use_cases.library_ports import Library
from conteur.use_cases.ports import Clock
from conteur.use_cases.rate_story import RateStory


class LibraryApplication:
    """What `main.py` deploys of them, over what all functions have.

    `own_gate` lets blocked users in as well: what is kept of them is theirs.
    """

    def __init__(
        self,
        edge: Callable[[Function], Edge],
        gate: Callable[[], Gate],
        own_gate: Callable[[], Gate],
        library: Callable[[], Library],
        clock: Clock,
        meter: Aggregate,
    ) -> None:
        self._edge = edge
        self._gate = gate
        self._own_gate = own_gate
        self._library = library
        self._clock = clock
        self._meter = meter

    @cached_property
    def rate_story(self) -> CallableEntrypoint:
        """Return what keeps ratings."""
        return self._entrypoint(Function.RATE_STORY, self._rating)

    @cached_property
    def delete_story(self) -> CallableEntrypoint:
        """Return what deletes one story."""
        return self._entrypoint(Function.DELETE_STORY, self._deletion)

    @cached_property
    def export_my_data(self) -> CallableEntrypoint:
        """Return what shows a user all that is kept of them."""
        return self._entrypoint(Function.EXPORT_MY_DATA, self._export)

    @cached_property
    def delete_my_data(self) -> CallableEntrypoint:
        """Return what deletes all that is kept of a user."""
        return self._entrypoint(Function.DELETE_MY_DATA, self._erasure)

    def _entrypoint(self, function: Function, make: Callable[[], Handler]) -> CallableEntrypoint:
        return CallableEntrypoint(self._edge(function), Lazy(make))

    def _rating(self) -> Handler:
        return RateHandler(self._gate(), RateStory(self._library(), self._clock, self._meter))

    def _deletion(self) -> Handler:
        deleting = DeleteStory(self._library(), self._clock, self._meter)
        return DeleteStoryHandler(self._own_gate(), deleting)

    def _export(self) -> Handler:
        return ExportHandler(self._own_gate(), ExportMyData(self._library(), self._clock))

    def _erasure(self) -> Handler:
        erasing = DeleteMyData(self._library(), self._clock, self._meter)
        return DeleteMyDataHandler(self._own_gate(), erasing)
