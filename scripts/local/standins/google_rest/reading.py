"""How Google's REST services read what they are asked: fields, parameters and pages.

Unknown names are refused, as by every service that stands behind Google's transcoding of HTTP to
gRPC: https://google.aip.dev/127, https://cloud.google.com/apis/docs/system-parameters.
"""

import hashlib
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from scripts.local.standins.google_rest.frame import Asked, Body, RestRefusalError

SYSTEM = {
    "$.xgafv", "$alt", "$fields", "$prettyPrint", "access_token", "alt", "callback", "fields",
    "key", "oauth_token", "prettyPrint", "quotaUser", "uploadType", "upload_protocol",
}  # fmt: skip
_KINDS = {str: "TYPE_STRING", bool: "TYPE_BOOL", int: "TYPE_INT32"}  # else TYPE_MESSAGE


def invalid(message: str) -> RestRefusalError:
    """Return the refusal of a request that no state of the service would make good."""
    return RestRefusalError(HTTPStatus.BAD_REQUEST, message)


def not_found(message: str) -> RestRefusalError:
    """Return the refusal of a request for what is not there."""
    return RestRefusalError(HTTPStatus.NOT_FOUND, message)


def denied(message: str) -> RestRefusalError:
    """Return the refusal of whoever may not, or who may not know whether it is there."""
    return RestRefusalError(HTTPStatus.FORBIDDEN, message)


def fields(body: Body, **kinds: type) -> Body:
    """Return a message's fields by their names in camelCase. Raises RestRefusalError.

    A name may come in snake_case too: https://protobuf.dev/programming-guides/json/.
    """
    read: Body = {}
    for name, value in body.items():
        camel = re.sub(r"_([a-z])", lambda found: found[1].upper(), name)
        if camel not in kinds:
            raise invalid(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
            )
        if value is not None and not isinstance(value, kinds[camel]):
            raise invalid(
                f"Invalid value at '{name}' ({_KINDS.get(kinds[camel], 'TYPE_MESSAGE')}), {value!r}"
            )
        if value is not None:
            read[camel] = value
    return read


def parameters(asked: Asked, *names: str) -> None:
    """Raise RestRefusalError where a parameter of the query is neither of these nor Google's."""
    for name in asked.query:
        if name not in SYSTEM and name not in names:
            raise invalid(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query '
                f"parameter. Field '{name}' could not be found in request message."
            )


def page(asked: Asked, found: Sequence[Any], usual: int, most: int) -> tuple[list[Any], Body]:
    """Return the page that is asked for, and the field with the next one's token, if any.

    A larger size than `most` is cut to it, and a token goes with the question that it was given
    for: https://google.aip.dev/158. Raises RestRefusalError.
    """
    size, token = asked.one("pageSize", "0") or "0", asked.one("pageToken")
    if not re.fullmatch(r"-?\d+", size):
        raise invalid(f"Invalid value at 'page_size' (TYPE_INT32), \"{size}\"")
    if int(size) < 0:
        raise invalid("page_size must not be negative.")
    seal = hashlib.sha256(
        repr((asked.path, asked.one("filter"), asked.one("orderBy"))).encode()
    ).hexdigest()[:16]
    start = token.removeprefix(seal) or "0"
    if (token and not token.startswith(seal)) or not start.isdecimal() or int(start) > len(found):
        raise invalid("The page token is invalid.")
    end = int(start) + min(int(size) or usual, most)
    return list(found[int(start) : end]), (
        {"nextPageToken": f"{seal}{end}"} if end < len(found) else {}
    )
