"""Which commit a revision was built of, and with which others it came: as deploys wrote it down.

A deploy's record keeps `facts["revisions"]`: the revision that it made of each function.
"""

from collections.abc import Iterable, Mapping

from scripts.ops.operations.record import Kind, Record

REVISIONS = "revisions"
"""The fact of a deploy's record: function -> the name of its new revision."""


def commit_of(revision: str, records: Iterable[Record]) -> str:
    """Return the commit of a revision; empty where no deploy has written it down."""
    return next((each.commit for each in records if revision in made_by(each).values()), "")


def came_with(revision: str, records: Iterable[Record]) -> Mapping[str, str]:
    """Return all revisions that the deploy of one of them made, by function; none if unknown."""
    return next((made_by(each) for each in records if revision in made_by(each).values()), {})


def made_by(record: Record) -> Mapping[str, str]:
    """Return the revisions that a deploy made, by function."""
    made = record.facts.get(REVISIONS)
    return made if record.kind is Kind.DEPLOY and isinstance(made, Mapping) else {}
