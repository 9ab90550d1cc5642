"""Print a token with which an author calls the store: of the local stack, or of a project.

It is signed with the project's secret JWT_SECRET, by whoever may read that, and gives what the
author may do. Treat it like a password: it cannot be taken back before it ends.
"""

import argparse
import json
import os
import re
import sys
import time
from pathlib import Path

import jwt
from dotenv import dotenv_values

from conteur.adapters.author_tokens import LONGEST_SECONDS
from conteur.domain.store.jwt_keys import JwtKeys
from conteur.settings.store import TOKEN_SECRET, StoreSettings, store_settings
from conteur.settings.values import SettingValues
from scripts.local.store import SECRETS_FILE, left_secrets
from scripts.ops.place import Place, PlaceError, find_place, stack_folder
from scripts.ops.secrets import ENDPOINT, SecretError, read_secret

ROOT = Path(__file__).resolve().parents[2]
LOCAL = "the local stack"
AUTHOR = "synthetic-author"
MOST_MINUTES = LONGEST_SECONDS // 60
EXAMPLES = """\
examples:
  scripts/token                      for the stack that scripts/dev runs
  scripts/token --author demo-author --minutes 5
  scripts/token -P staging
  curl -X POST https://conteur-staging.web.app/api/store/publish \\
    -H "Authorization: Bearer $(scripts/token -P staging)" \\
    -H "Content-Type: application/json" -d '{"confirmPublish": true}'

exit codes: 0 done, 1 not done (the text says why), 2 asked for wrongly
"""
_AUTHOR = re.compile(r"[A-Za-z0-9_.:@-]{1,128}")  # as users.id has it


class TokenError(Exception):
    """There is nothing to sign with; the text says what to do."""

    exit_code = 1


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = parse(arguments)
    try:
        place = _place(options)
        secret = read_secret(place, TOKEN_SECRET) if place else _local_secret()
        keys = _keys(secret, place)
    except (PlaceError, SecretError, TokenError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    claims = _claims(options.author, options.minutes, _settings(place), int(time.time()))
    token = signed(keys, claims)
    print(json.dumps({"token": token, **claims}, indent=2) if options.json else token)
    return 0


def signed(keys: JwtKeys, claims: dict[str, str | int]) -> str:
    """Return the token of the claims, signed with the first key, which its header names."""
    key_id, key = keys.signing
    return jwt.encode(claims, key, "HS256", {"kid": key_id} if key_id else None)


def synthetic_token(secret: str, place: Place | None, now: int, minutes: int = 60) -> str:
    """Return a token of the synthetic author; no place is the local stack. Raises TokenError.

    `secret` is TOKEN_SECRET's text, `now` in Unix seconds.
    """
    return signed(_keys(secret, place), _claims(AUTHOR, minutes, _settings(place), now))


def _place(options: argparse.Namespace) -> Place | None:
    if not options.project:
        return None
    return find_place(ROOT, options.project, os.environ, local=False, emulators=(ENDPOINT,))


def _local_secret() -> str:
    return left_secrets(stack_folder(os.environ, SECRETS_FILE))[TOKEN_SECRET]


def _keys(secret: str, place: Place | None) -> JwtKeys:
    try:
        return JwtKeys.parse(secret)
    except ValueError as error:
        raise TokenError(
            f"{TOKEN_SECRET} of {place.name if place else LOCAL} is of no use: {error}. Add a "
            "version of the secret as docs/deploy.md says, and try again."
        ) from None


def _settings(place: Place | None) -> StoreSettings:
    """Return the store's settings as the place's functions have them."""
    files = [".env", f".env.{place.alias}"] if place else [".env"]
    texts = {
        name: value or ""
        for file in files
        for name, value in dotenv_values(ROOT / "functions" / file).items()
    }
    return store_settings(SettingValues(texts))


def _claims(author: str, minutes: int, settings: StoreSettings, now: int) -> dict[str, str | int]:
    return {
        "sub": author,
        "iss": settings.jwt_issuer,
        "aud": settings.jwt_audience,
        "iat": now,
        "exp": now + 60 * minutes,
    }


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/token",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("-P", "--project", help="an alias of .firebaserc, or a project's id; else the local stack")
    add("--author", type=_author, default=AUTHOR, help=f"the author's id ({AUTHOR})")
    add("--minutes", type=_minutes, default=60, help=f"its life, 1 to {MOST_MINUTES} (60)")
    add("--json", action="store_true", help="print the token and what it says for programs")
    return parser.parse_args(arguments)


def _author(text: str) -> str:
    if not _AUTHOR.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no author's id")
    return text


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_MINUTES):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_MINUTES}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
