"""Which project is looked at, or which local stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.ops.monitoring.cloud.target import find_target
from scripts.ops.monitoring.reading.source import Source, find_source
from scripts.ops.place import FIRESTORE, Place, find_place

RUN_ENDPOINT = "RUN_ENDPOINT"
"""`host:port` of a stand-in for the Cloud Run Admin API."""


@dataclass(frozen=True, slots=True)
class Where:
    """What a command was told: an alias or id, or `local`; `environ` names what wins over those.

    The methods raise PlaceError.
    """

    root: Path
    named: str | None
    environ: Mapping[str, str]
    local: bool

    def prometheus(self) -> Source:
        """Return what is asked for figures."""
        return find_source(self.root, self.named, self.environ, local=self.local)

    def firestore(self) -> Place:
        """Return where the knobs are."""
        return find_place(self.root, self.named, self.environ, local=self.local)

    def cloud_run(self) -> Place:
        """Return where revisions are listed: the stack's stand-in is on Cloud Monitoring's port."""
        endpoint = self.environ.get(RUN_ENDPOINT, "")
        if self.local and not endpoint:
            named = {name: self.environ[name] for name in (FIRESTORE,) if name in self.environ}
            endpoint = find_target(self.root, self.named, named, local=True).endpoint
        known = {RUN_ENDPOINT: endpoint} if endpoint else {}
        return find_place(self.root, self.named, known, local=False, emulators=(RUN_ENDPOINT,))
