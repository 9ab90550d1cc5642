"""Cloud Logging's REST, in front of the stand-in, as `firebase functions:log` calls it.

    with serve(LoggingStandIn()) as url:
        subprocess.run([firebase, "functions:log"], env=environment(url, home))

Beside it are the two other services that firebase-tools asks first: who the caller is, and what
that caller may do.
"""

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from google.cloud.logging_v2.types import ListLogEntriesRequest, ListLogEntriesResponse
from google.protobuf import json_format

from scripts.local.firebase_project import PROJECT
from scripts.local.standins.cloud_logging.service import LoggingStandIn
from scripts.local.standins.firebase_deploy.accounts import Tokens
from scripts.local.standins.google_rest import frame
from scripts.local.standins.google_rest.frame import Asked, Body, RestStandIn, Route
from scripts.local.standins.google_rest.grpc import over_rest
from scripts.local.standins.google_rest.projects import Projects
from scripts.local.standins.google_rest.reading import invalid
from scripts.local.standins.google_rest.resource_manager import ResourceManagerStandIn
from scripts.local.standins.server import RefusalError


class LoggingRestStandIn(RestStandIn):
    """The log of the stand-in that answers over gRPC."""

    host = "logging.googleapis.com"

    def __init__(self, logging: LoggingStandIn) -> None:
        super().__init__()
        self._logging = logging

    def routes(self) -> Sequence[Route]:
        """Return the one that firebase-tools calls."""
        return (("POST", "/v2/entries:list", self._list),)

    def _list(self, asked: Asked) -> Body:
        """Answer in JSON what is asked in JSON.

        Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
        """
        request = ListLogEntriesRequest.pb(ListLogEntriesRequest())
        try:
            json_format.Parse(asked.raw, request)
            found = self._logging.call("ListLogEntries", ListLogEntriesRequest.wrap(request))
        except json_format.ParseError as error:
            raise invalid(str(error)) from error
        except RefusalError as refusal:
            raise over_rest(refusal) from refusal
        return json_format.MessageToDict(ListLogEntriesResponse.pb(found))


@contextmanager
def serve(standin: LoggingStandIn) -> Generator[str]:
    """Serve until the block ends, and give the base URL."""
    projects = ResourceManagerStandIn(Projects(PROJECT), time.time)
    with frame.serve(LoggingRestStandIn(standin), Tokens(), projects) as url:
        yield url


def environment(url: str, home: Path) -> Mapping[str, str]:
    """Return what has firebase-tools call `url` only, with files of its own in `home` only.

    The names are those of https://github.com/firebase/firebase-tools/blob/master/src/api.ts
    """
    origins = {
        "CLOUDLOGGING": LoggingRestStandIn.host,
        "RESOURCEMANAGER": ResourceManagerStandIn.host,
        **dict.fromkeys(("TOKEN", "AUTH", "GOOGLE", "API"), Tokens.host),
    }
    return {
        **{f"FIREBASE_{name}_URL": f"{url}/{host}" for name, host in origins.items()},
        "FIREBASE_TOKEN": "nobody",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "CI": "1",
        "NO_UPDATE_NOTIFIER": "1",
    }
