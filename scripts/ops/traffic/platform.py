"""What operations need of Cloud Run and Artifact Registry; `run.py` is the real one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from scripts.ops.traffic.split import Split


@dataclass(frozen=True, slots=True)
class ServiceState:
    """A service as it was read. Revisions have their own names.

    `split` is what was asked for, `serving` what is in force: percentages by revision, the latest
    one by its name; whoever gets nothing is not there. `tag_urls` are the URLs of tags, `problem`
    is why it is not ready, if so.
    """

    function: str
    url: str
    etag: str
    split: Split
    serving: Mapping[str, int]
    tag_urls: Mapping[str, str]
    latest_ready: str
    latest_created: str
    problem: str = ""

    @property
    def serving_most(self) -> str:
        """The revision that serves most of the traffic."""
        return max(self.serving, key=lambda name: self.serving[name], default="")

    @property
    def forgotten_pin(self) -> bool:
        """Whether the newest ready revision gets nothing, for an earlier pin holds."""
        return self.serving.get(self.latest_ready, 0) == 0


@dataclass(frozen=True, slots=True)
class RevisionState:
    """A revision. `ready` is whether it could serve, `problem` why not; `image` with its digest."""

    name: str
    created: datetime
    creator: str
    ready: bool
    image: str
    percent: int
    problem: str = ""


class Platform(Protocol):
    """Cloud Run and Artifact Registry of one site. Methods raise OperationError."""

    def service(self, function: str) -> ServiceState | None:
        """Return a function's service; None before its first deploy."""

    def revisions(self, function: str) -> Sequence[RevisionState]:
        """Return its revisions, the newest first; of very many the newest ones.

        Raises OperationError also where there is no such service.
        """

    def move(self, state: ServiceState, split: Split, *, only_try: bool = False) -> ServiceState:
        """Split the traffic anew, and return the service once the split is in force.

        Raises BusyError where the service is not as it was read any more (its etag), and
        OperationError that says what holds now where time is up. A lost answer is no error where
        the service, read again, has the split. A service that is split so already is not touched.
        `only_try` has Cloud Run check the request and the caller's rights, changes nothing, and
        returns the service as it is.
        """

    def has_image(self, image: str) -> bool | None:
        """Tell whether an image can still be pulled; None: nobody here can tell.

        That is so of images outside of Artifact Registry, and of those without a digest.
        """
