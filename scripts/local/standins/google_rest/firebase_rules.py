"""A stand-in for Firebase Rules: sets of rules, which never change, and which one is released.

https://firebase.google.com/docs/reference/rules/rest
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from itertools import count
from uuid import NAMESPACE_URL, uuid5

from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestRefusalError,
    RestStandIn,
    Route,
)
from scripts.local.standins.google_rest.projects import PROJECT, Projects
from scripts.local.standins.google_rest.reading import fields, invalid, not_found, page, parameters
from scripts.local.standins.google_rest.rules_source import issues, read_source
from scripts.local.standins.google_rest.times import rfc3339

FIRESTORE = "cloud.firestore"
USUAL, MOST = 10, 100  # of a page
_RELEASE = r"releases/(?P<release>[^?]+)"
_RULESET = r"rulesets/(?P<ruleset>[^/]+)"


class FirebaseRulesStandIn(RestStandIn):
    """The rulesets and releases of all projects, which begin with none."""

    host = "firebaserules.googleapis.com"

    def __init__(self, projects: Projects, clock: Callable[[], float]) -> None:
        super().__init__()
        self._projects = projects
        self._clock = clock
        self._numbers = count(1)
        self._rulesets: dict[str, Body] = {}
        self._releases: dict[str, Body] = {}

    def release(
        self, project: str, content: str, file: str = "firestore.rules", name: str = FIRESTORE
    ) -> str:
        """Release rules as a deploy does, and return the new ruleset's name."""
        with self.lock:
            ruleset = self._keep_ruleset(project, {"files": [{"name": file, "content": content}]})
            self._keep_release(f"projects/{project}/releases/{name}", str(ruleset["name"]))
            return str(ruleset["name"])

    def withdraw(self, project: str, name: str = FIRESTORE) -> None:
        """Take a release away, as before a project's first deploy."""
        with self.lock:
            self._releases.pop(f"projects/{project}/releases/{name}", None)

    def routes(self) -> Sequence[Route]:
        """Return what preflight and firebase-tools ask."""
        return (
            ("GET", rf"/v1/{PROJECT}/releases", self._list_releases),
            ("POST", rf"/v1/{PROJECT}/releases", self._create_release),
            ("GET", rf"/v1/{PROJECT}/{_RELEASE}", self._get_release),
            ("PATCH", rf"/v1/{PROJECT}/{_RELEASE}", self._update_release),
            ("GET", rf"/v1/{PROJECT}/rulesets", self._list_rulesets),
            ("POST", rf"/v1/{PROJECT}/rulesets", self._create_ruleset),
            ("GET", rf"/v1/{PROJECT}/{_RULESET}", self._get_ruleset),
            ("DELETE", rf"/v1/{PROJECT}/{_RULESET}", self._delete_ruleset),
            ("POST", rf"/v1/{PROJECT}:test", self._test),
        )

    def _list_releases(self, asked: Asked) -> Body:
        parameters(asked, "filter", "pageSize", "pageToken")
        return self._page("releases", asked, self._releases.values())

    def _list_rulesets(self, asked: Asked) -> Body:
        """Answer rulesets without their source, which only `get` has."""
        parameters(asked, "filter", "pageSize", "pageToken")
        told = [
            {name: value for name, value in each.items() if name != "source"}
            for each in self._rulesets.values()
        ]
        return self._page("rulesets", asked, told)

    def _page(self, kind: str, asked: Asked, resources: object) -> Body:
        if asked.one("filter"):
            raise invalid("Filters are not known here.")
        parent = f"projects/{self._projects.find(asked.parts['project'])}/"
        found = [each for each in resources if each["name"].startswith(parent)]  # type: ignore[attr-defined]
        listed, more = page(asked, found[::-1], USUAL, MOST)
        return {**({kind: listed} if listed else {}), **more}

    def _get_release(self, asked: Asked) -> Body:
        parameters(asked)
        return self._release(self._name_of(asked))

    def _name_of(self, asked: Asked) -> str:
        project = self._projects.find(asked.parts["project"])
        return f"projects/{project}/releases/{asked.parts['release']}"

    def _release(self, name: str) -> Body:
        if name not in self._releases:
            raise not_found("Requested entity was not found.")
        return self._releases[name]

    def _create_release(self, asked: Asked) -> Body:
        given = fields(asked.body, name=str, rulesetName=str, createTime=str, updateTime=str)
        project = self._projects.find(asked.parts["project"])
        name = given.get("name", "")
        if not name.startswith(f"projects/{project}/releases/"):
            raise invalid(f"Invalid release name: {name!r}.")
        if name in self._releases:
            raise RestRefusalError(
                HTTPStatus.CONFLICT, "Requested entity already exists", "ALREADY_EXISTS"
            )
        return self._keep_release(name, given.get("rulesetName", ""))

    def _update_release(self, asked: Asked) -> Body:
        """Point a release at another ruleset, the only thing of it that can change.

        https://firebase.google.com/docs/reference/rules/rest/v1/projects.releases/patch
        """
        given = fields(asked.body, release=dict, updateMask=str).get("release", {})
        release = fields(given, name=str, rulesetName=str, createTime=str, updateTime=str)
        name = self._name_of(asked)
        if release.get("name", name) != name:
            raise invalid(f"The release is {name}, not {release['name']}.")
        self._release(name)
        return self._keep_release(name, release.get("rulesetName", ""))

    def _keep_release(self, name: str, ruleset: str) -> Body:
        self._ruleset(ruleset)
        now = rfc3339(self._clock())
        made = self._releases.get(name, {}).get("createTime", now)
        self._releases[name] = {
            "name": name,
            "rulesetName": ruleset,
            "createTime": made,
            "updateTime": now,
        }
        return self._releases[name]

    def _get_ruleset(self, asked: Asked) -> Body:
        parameters(asked)
        return self._ruleset(self._ruleset_name(asked))

    def _ruleset_name(self, asked: Asked) -> str:
        project = self._projects.find(asked.parts["project"])
        return f"projects/{project}/rulesets/{asked.parts['ruleset']}"

    def _ruleset(self, name: str) -> Body:
        if name not in self._rulesets:
            raise not_found("Requested entity was not found.")
        return self._rulesets[name]

    def _create_ruleset(self, asked: Asked) -> Body:
        """Keep a source whose rules have no error; the first one is told.

        https://firebase.google.com/docs/reference/rules/rest/v1/projects.rulesets/create
        """
        given = fields(asked.body, source=dict, name=str, attachmentPoint=str)
        project = self._projects.find(asked.parts["project"])
        source = read_source(given)
        for issue in issues(source):
            at = issue["sourcePosition"]
            raise invalid(f"Line {at['line']}, column {at['column']}: {issue['description']}")
        return self._keep_ruleset(project, source)

    def _keep_ruleset(self, project: str, source: Body) -> Body:
        parent = f"projects/{project}/rulesets"
        name = f"{parent}/{uuid5(NAMESPACE_URL, f'{parent}/{next(self._numbers)}')}"
        self._rulesets[name] = {
            "name": name,
            "source": source,
            "createTime": rfc3339(self._clock()),
            "metadata": {"services": [FIRESTORE]},
        }
        return self._rulesets[name]

    def _delete_ruleset(self, asked: Asked) -> Body:
        """Delete a ruleset that no release names.

        https://firebase.google.com/docs/reference/rules/rest/v1/projects.rulesets/delete
        """
        name = self._ruleset_name(asked)
        self._ruleset(name)
        if any(each["rulesetName"] == name for each in self._releases.values()):
            raise RestRefusalError(
                HTTPStatus.BAD_REQUEST, f"{name} is released.", "FAILED_PRECONDITION"
            )
        del self._rulesets[name]
        return {}

    def _test(self, asked: Asked) -> Body:
        """Answer what is wrong with a source; nothing is no field."""
        self._projects.find(asked.parts["project"])
        found = issues(read_source(fields(asked.body, source=dict, testSuite=dict)))
        return {"issues": list(found)} if found else {}
