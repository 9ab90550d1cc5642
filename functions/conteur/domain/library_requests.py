"""Reads what an app asks about a user's stories, as request_parser.py reads a story's request.

Each returns its request with the warnings about it, and raises InvalidFieldError, and nothing
else. `requestId` is known everywhere: the edge answers errors under it.
"""

from dataclasses import dataclass

from conteur.domain.data_page import FIELD as PAGE_TOKEN
from conteur.domain.data_page import LONGEST_TOKEN, path_in
from conteur.domain.fields import (
    Members,
    check_shape,
    read_integer,
    read_object,
    read_text,
    read_uuid,
    read_visible_text,
    unknown_fields,
)
from conteur.domain.rating import LEAST, MOST
from conteur.errors import InvalidFieldError

REASON_LENGTH = 500
MOST_DOCUMENTS, DEFAULT_DOCUMENTS = 100, 50

_REQUEST_ID = "requestId"
_RATING = frozenset({_REQUEST_ID, "storyId", "rating", "reason"})
_DELETION = frozenset({_REQUEST_ID, "storyId"})
_EXPORT = frozenset({_REQUEST_ID, PAGE_TOKEN, "pageSize"})
_ERASURE = frozenset({_REQUEST_ID, "confirm"})


@dataclass(frozen=True, slots=True)
class RatingRequest:
    """A user's stars for a story, and why; the reason is empty where none was given."""

    story_id: str
    stars: int
    reason: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeletionRequest:
    """A story that its user does not want any more."""

    story_id: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A page of a user's data: at most `most` documents after the one at `after`."""

    after: str
    most: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """A user's confirmed wish that their data be deleted."""

    warnings: tuple[str, ...] = ()


def parse_rating(data: object) -> RatingRequest:
    """Return the rating that `data` holds."""
    members = _members(data, _RATING)
    sent = members.known
    reason = sent.get("reason")
    return RatingRequest(
        story_id=_story_id(members),
        stars=read_integer(sent.get("rating"), "rating", LEAST, MOST),
        reason="" if reason is None else read_visible_text(reason, "reason", REASON_LENGTH),
        warnings=unknown_fields(members.unknown),
    )


def parse_deletion(data: object) -> DeletionRequest:
    """Return which story `data` wants deleted."""
    members = _members(data, _DELETION)
    return DeletionRequest(_story_id(members), unknown_fields(members.unknown))


def parse_export(data: object) -> ExportRequest:
    """Return which page `data` asks for; an app that sends nothing asks for the first one."""
    members = _members({} if data is None else data, _EXPORT)
    token = read_text(members.known.get(PAGE_TOKEN, ""), PAGE_TOKEN, LONGEST_TOKEN)
    size = members.known.get("pageSize", DEFAULT_DOCUMENTS)
    return ExportRequest(
        after=path_in(token) if token else "",
        most=read_integer(size, "pageSize", 1, MOST_DOCUMENTS),
        warnings=unknown_fields(members.unknown),
    )


def parse_erasure(data: object) -> ErasureRequest:
    """Return the wish that `data` confirms."""
    members = _members(data, _ERASURE)
    if members.known.get("confirm") is not True:
        raise InvalidFieldError("confirm", "must be true: what is deleted does not come back")
    return ErasureRequest(unknown_fields(members.unknown))


def _members(data: object, names: frozenset[str]) -> Members:
    check_shape(data)
    members = read_object(data, "", names)
    read_uuid(members.known.get(_REQUEST_ID), _REQUEST_ID)
    return members


def _story_id(members: Members) -> str:
    story_id = read_uuid(members.known.get("storyId"), "storyId")
    if story_id is None:
        raise InvalidFieldError("storyId", "is required: the id of one of the user's stories")
    return story_id
