"""A stage for one project: what is deployed there really serves, by the traffic's split.

    with stage(tmp_path, google, environment) as on:
        on.deploy(FUNCTIONS, ["generate_story", "health"])
        open_local(f"{on.url}/generate-story", 10)

`google` is the stand-in for Cloud Run and its neighbours, which commands look at and change
meanwhile: whatever split it has at a moment, requests of that moment go by. Where `firebase deploy`
itself is played, `deployed` takes what it uploads: `DeployApi(google.run, project,
deployed=on.deployed)`.
"""

import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

from scripts.local.addresses import REGION
from scripts.local.firebase_project import PROJECT
from scripts.local.standins.cloud_run.names import own, service_name
from scripts.local.standins.cloud_run.traffic import LATEST
from scripts.local.standins.google_api import GoogleApi
from scripts.local.standins.server import RefusalError
from tests.rehearsal import router
from tests.rehearsal.revision import NOT_DEPLOYED, Revision, Where, settings_of
from tests.rehearsal.router import TAG_END, NobodyError
from tests.rehearsal.shares import Turns


@dataclass
class Stage:
    """A project on which revisions serve. `url` is the router's, and Hosting's too.

    `revisions` are by their own names, and so is `by_everybody`: how many requests each was given
    that went by no tag.
    """

    google: GoogleApi
    where: Where
    url: str = ""
    revisions: dict[str, Revision] = field(default_factory=dict)
    by_everybody: Counter[str] = field(default_factory=Counter)
    _turns: dict[str, Turns] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def deploy(self, source: Path, functions: Collection[str]) -> Mapping[str, str]:
        """Deploy functions of a checkout's functions/ folder; return new revisions by function.

        What is done to the folder afterwards changes nothing of them.
        """
        code = self._folder_for(uuid4().hex)
        shutil.copytree(source, code, ignore=NOT_DEPLOYED)
        names = {each: service_name(self.where.project, REGION, each) for each in functions}
        made = {each: own(self.google.run.deploy(name)) for each, name in names.items()}
        for function, revision in made.items():
            self.carry(revision, function, code, settings_of(code))
        return made

    def deployed(self, function: str, source: bytes, body: Mapping[str, Any]) -> None:
        """Serve the newest revision of a function by its zipped source: a `Deployed` of DeployApi.

        `body` is what Cloud Functions was sent, with the settings of the environment.
        """
        code = self._folder_for(sha256(source).hexdigest())
        with self._lock:
            if not code.exists():
                ZipFile(BytesIO(source)).extractall(code)
        service = self.google.run.service(service_name(self.where.project, REGION, function))
        settings = body["serviceConfig"].get("environmentVariables", {})
        self.carry(own(service.latest_created_revision), function, code, settings)

    def carry(self, revision: str, function: str, code: Path, settings: Mapping[str, str]) -> None:
        """Have a revision, by its own name, be served by the code in a folder of its own."""
        self.revisions[revision] = Revision(self.where, revision, function, code, settings)

    def _folder_for(self, version: str) -> Path:
        code = self.where.folder / "code"
        code.mkdir(parents=True, exist_ok=True)
        return code / version[:16]

    def address(self, service: str, tag: str) -> str:
        """Return the URI of a service, by its full name, or of one of its tags."""
        return f"{self.url}/{f'{tag}{TAG_END}' if tag else ''}{own(service)}"

    def requests(self) -> Mapping[str, int]:
        """Return how many requests each revision was given."""
        return Counter({name: each.requests for name, each in self.revisions.items()})

    def read_logs(self) -> None:
        """Have Cloud Logging take what all revisions have printed until now."""
        for revision in list(self.revisions.values()):
            revision.read_log()

    def close(self) -> None:
        """End all revisions, at the same time."""
        for revision in self.revisions.values():
            if revision.process is not None:
                revision.process.ask_to_stop()
        with ExitStack() as ending:
            for revision in self.revisions.values():
                ending.callback(revision.close)

    def choose(self, service: str, tag: str) -> str:
        """Return the URL of who is next, started if need be."""
        name = self._chosen(service, tag)
        if name not in self.revisions:
            raise NobodyError(f"nobody carries the revision {name!r} of {service!r}")
        return self.revisions[name].started()

    def _chosen(self, service: str, tag: str) -> str:
        try:
            found = self.google.run.service(service_name(self.where.project, REGION, service))
        except RefusalError as refusal:
            raise NobodyError(refusal.message) from refusal
        latest = own(found.latest_ready_revision)
        targets = [
            (each.tag, latest if each.type_ == LATEST else each.revision, each.percent)
            for each in found.traffic_statuses
        ]
        if tag:
            return next((name for its, name, _ in targets if its == tag), "")
        weights: Counter[str] = Counter()
        for _, name, percent in targets:
            weights[name] += percent
        with self._lock:
            chosen = self._turns.setdefault(service, Turns()).next(+weights)
            self.by_everybody[chosen] += 1
            return chosen


@contextmanager
def stage(
    folder: Path, google: GoogleApi, environment: Mapping[str, str], project: str = PROJECT
) -> Iterator[Stage]:
    """Set a project's stage until the block ends; `environment` is what its functions are told.

    Until then `google` gives the router's URLs for what is deployed in the project.
    """
    made = Stage(google, Where(project, google.log, folder, dict(environment)))
    before = google.run.address

    def address(service: str, tag: str) -> str:
        mine = service.startswith(f"projects/{project}/")
        return made.address(service, tag) if mine else before(service, tag)

    with ExitStack() as running, router.serve(made.choose) as made.url:
        running.callback(made.close)
        google.run.address = address
        running.callback(lambda: setattr(google.run, "address", before))
        yield made
