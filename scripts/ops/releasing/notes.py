"""The notes of a release: its section of the changelog, and what operators have to do."""

from collections.abc import Sequence

from scripts.ops.operations.errors import RefusedError
from scripts.ops.releasing import changelog
from scripts.ops.releasing.version import Version

_NOTHING = "Nothing beyond the deploy."
_FIRST = "All of docs/deploy.md: nothing is there yet."


def notes(
    text: str, version: Version, previous: Version | None, to_do: Sequence[str], commit: str
) -> str:
    """Return the notes, as Markdown. `text` is the changelog at `commit`. Raises RefusedError."""
    body = changelog.section(text, str(version))
    if not body:
        raise RefusedError(
            f"{changelog.PATH} at {commit[:9]} says nothing of {version}, so there are no notes. "
            f"Nothing was changed. `scripts/release prepare {version}` gives it its section."
        )
    since = f"since {previous.tag}" if previous else "the first release"
    tasks = "\n".join(f"- {each}" for each in to_do) if previous else _FIRST
    return (
        f"{body}\n\n### For operators ({since})\n\n{tasks or _NOTHING}\n\n"
        f"Commit `{commit}`. Back to the revision before: `scripts/rollback`.\n"
    )
