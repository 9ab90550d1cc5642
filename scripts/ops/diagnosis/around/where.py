"""Which project is looked at, or which local stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.ops.monitoring.cloud.target import find_target
from scripts.ops.monitoring.reading.source import Source, find_source
from scripts.ops.place import FIRESTORE, Place, PlaceError, find_place

RUN_ENDPOINT = "RUN_ENDPOINT"
"""`host:port` of a stand-in for the Cloud Run Admin API."""
NOT_IN_A_FILE = (
    "a file does not say of which project it is: where its lines are in Cloud Logging as well, ask "
    "with -P in place of --file"
)


@dataclass(frozen=True, slots=True)
class Where:
    """What a command was told: an alias or id, or `local`; `environ` names what wins over those.

    A log that is a file's (`of_file`) has no place but what `environ` names. The methods raise
    PlaceError.
    """

    root: Path
    named: str | None
    environ: Mapping[str, str]
    local: bool
    of_file: bool = False

    def prometheus(self) -> Source:
        """Return what is asked for figures."""
        return find_source(self.root, self.named, self.environ, local=self.local)

    def firestore(self) -> Place:
        """Return where Firestore is, with the knobs and the users' counters."""
        if self.of_file and not self.environ.get(FIRESTORE):
            raise PlaceError(NOT_IN_A_FILE)
        return find_place(self.root, self.named, self.environ, local=self.local)

    def cloud_run(self) -> Place:
        """Return where revisions are listed: the stack's stand-in is on Cloud Monitoring's port."""
        endpoint = self.environ.get(RUN_ENDPOINT, "")
        if self.of_file and not endpoint:
            raise PlaceError(NOT_IN_A_FILE)
        if self.local and not endpoint:
            named = {name: self.environ[name] for name in (FIRESTORE,) if name in self.environ}
            endpoint = find_target(self.root, self.named, named, local=True).endpoint
        known = {RUN_ENDPOINT: endpoint} if endpoint else {}
        return find_place(self.root, self.named, known, local=False, emulators=(RUN_ENDPOINT,))
