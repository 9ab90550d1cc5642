"""Calls about a user's stories: pass the gate, parse, do it, answer with the result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conteur.domain.data_page import DataDocument, page_token
from conteur.domain.deadline import Deadline
from conteur.domain.library_requests import (
    parse_deletion,
    parse_erasure,
    parse_export,
    parse_rating,
)
from conteur.domain.quota import Tier
from conteur.entrypoints.callable import Call, Emit
from conteur.entrypoints.narration import API_VERSION
from conteur.use_cases.delete_my_data import DeleteMyData
from conteur.use_cases.delete_story import DeleteStory
from conteur.use_cases.export_my_data import Exported, ExportMyData
from conteur.use_cases.rate_story import RateStory

CALL_SECONDS = 20.0  # from a call's arrival to its answer

_Gate = Callable[[Call], Tier]

# The members of an export's result, by the collection below the user that they show.
_LISTS = {"stories": "stories", "quota": "counters"}
_OTHERS = "others"


@dataclass(frozen=True, slots=True)
class RateHandler:
    """Answers `rate_story`."""

    gate: _Gate
    rate_story: RateStory

    def __call__(self, call: Call, _emit: Emit) -> dict[str, Any]:
        """Keep the rating. Raises a ConteurError."""
        self.gate(call)
        asked = parse_rating(call.data)
        changed = self.rate_story(
            call.caller.uid, asked.story_id, asked.stars, asked.reason, _deadline(call)
        )
        answer = {"storyId": asked.story_id, "rating": asked.stars, "changed": changed}
        return _result(answer, asked.warnings)


@dataclass(frozen=True, slots=True)
class DeleteStoryHandler:
    """Answers `delete_story`."""

    gate: _Gate
    delete_story: DeleteStory

    def __call__(self, call: Call, _emit: Emit) -> dict[str, Any]:
        """Delete the story. Raises a ConteurError."""
        self.gate(call)
        asked = parse_deletion(call.data)
        deleted = self.delete_story(call.caller.uid, asked.story_id, _deadline(call))
        return _result({"storyId": asked.story_id, "deleted": deleted}, asked.warnings)


@dataclass(frozen=True, slots=True)
class ExportHandler:
    """Answers `export_my_data`."""

    gate: _Gate
    export_my_data: ExportMyData

    def __call__(self, call: Call, _emit: Emit) -> dict[str, Any]:
        """Return a page of what is kept of the caller. Raises a ConteurError."""
        self.gate(call)
        asked = parse_export(call.data)
        exported = self.export_my_data(call.caller.uid, asked.after, asked.most, _deadline(call))
        return _result(_shown(exported), asked.warnings)


@dataclass(frozen=True, slots=True)
class DeleteMyDataHandler:
    """Answers `delete_my_data`."""

    gate: _Gate
    delete_my_data: DeleteMyData

    def __call__(self, call: Call, _emit: Emit) -> dict[str, Any]:
        """Delete what is kept of the caller. Raises a ConteurError."""
        self.gate(call)
        asked = parse_erasure(call.data)
        erased = self.delete_my_data(call.caller.uid, _deadline(call))
        return _result({"deleted": erased.documents, "complete": erased.complete}, asked.warnings)


def _deadline(call: Call) -> Deadline:
    return Deadline(call.received + CALL_SECONDS)


def _result(answer: Mapping[str, Any], warnings: tuple[str, ...]) -> dict[str, Any]:
    return {**answer, "warnings": list(warnings), "apiVersion": API_VERSION}


def _shown(exported: Exported) -> dict[str, Any]:
    page = exported.page
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in _LISTS.values()}
    for document in page.documents:
        lists.setdefault(_list_of(document), []).append(
            {"path": document.path, "data": document.data}
        )
    return {
        **lists,
        **({} if exported.blocked is None else {"blocked": exported.blocked}),
        **({"nextPageToken": page_token(page.last)} if page.last else {}),
    }


def _list_of(document: DataDocument) -> str:
    return _LISTS.get(document.path.partition("/")[0], _OTHERS)
