"""The store's secrets: read as the product reads them, and never shown."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from conteur.domain.store.jwt_keys import check_jwt_secret
from conteur.entrypoints.provider_signatures import parse_secrets
from conteur.settings.store import DATABASE_SECRET, PROVIDER_SECRETS, TOKEN_SECRET
from conteur.use_cases.store.check_start import check_database_url
from scripts.ops import database
from scripts.ops.boxes.box import Box, Look
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, asked, failed, left_out, passed
from scripts.ops.boxes.key import place_of
from scripts.ops.database_choice import find_database
from scripts.ops.secrets import read_secret

ADDRESS = "NEXT_PUBLIC_API_URL"
_CLOSED = f"nobody publishes here: {ADDRESS} is empty"

Check = Callable[[str], Sequence[str]]
"""Returns what is wrong with a secret's text, and quotes nothing of it."""


def _check_providers(text: str) -> Sequence[str]:
    if parse_secrets(text) is not None:
        return ()
    return ("it is no JSON object of secrets by step, each another one of 32 bytes or more",)


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        DATABASE_SECRET: check_database_url,
        TOKEN_SECRET: check_jwt_secret,
        PROVIDER_SECRETS: _check_providers,
    }
)


def secret_boxes() -> list[Box]:
    """Return a box a secret."""
    return [Box(_key(name), f"Secret {name}", _look(name)) for name in CHECKS]


def is_open(desk: Desk) -> bool:
    """Tell whether authors publish here. Raises OperationError."""
    return any(desk.settings(ADDRESS))


def reached(desk: Desk) -> Finding:
    """Return whether the database answers, where a way to it is given.

    Raises PlaceError, SecretError, DatabaseError, OperationError.
    """
    if not is_open(desk):
        return left_out(_CLOSED)
    if not desk.through:
        return asked(
            "its address is private, and no way to it was given",
            "Give one with --through HOST:PORT (docs/deploy.md, the database's two users), or look "
            "at /api/health?deep=1 yourself and confirm it.",
        )
    place = place_of(desk)
    environ = {**place.emulators}
    found = find_database(desk.site.root, environ, project=desk.site.name, through=desk.through)
    with database.connected(found) as connection:
        connection.execute("SELECT 1")
    return passed(f"{found.name} answers")


def judge(name: str, problems: Sequence[str]) -> Finding:
    """Return what the product's own parser makes of a secret."""
    if not problems:
        return passed("it is there, and can be used")
    return failed(
        "; ".join(problems),
        f"Add a version of the secret {name} that is as docs/deploy.md, step 3, says.",
    )


def _look(name: str) -> Look:
    def look(desk: Desk) -> Finding:
        if not is_open(desk):
            return left_out(_CLOSED)
        return judge(name, CHECKS[name](read_secret(place_of(desk), name)))

    return look


def _key(name: str) -> str:
    return name.lower().replace("_", "-")
