"""A stand-in for Firebase Management: a project's web app, and what a browser knows of it.

https://firebase.google.com/docs/reference/firebase-management/rest/v1beta1/projects.webApps
"""

import hashlib
from collections.abc import Sequence

from scripts.local.standins.google_rest.frame import Asked, Body, RestStandIn, Route
from scripts.local.standins.google_rest.projects import PROJECT, Projects, project_number
from scripts.local.standins.google_rest.reading import not_found, page, parameters

USUAL = MOST = 100  # of a page
_ACTIVE = "ACTIVE"


class FirebaseStandIn(RestStandIn):
    """All projects, each with one web app until `remove_app`."""

    host = "firebase.googleapis.com"

    def __init__(self, projects: Projects) -> None:
        super().__init__()
        self.known = projects
        self._without_app: set[str] = set()

    def app_id(self, project: str) -> str:
        """Return the id of a project's web app, as `1:NUMBER:web:HASH`."""
        return f"1:{project_number(project)}:web:{_digest('app', project)[:20]}"

    def api_key(self, project: str) -> str:
        """Return the key by which a project's web app says whose it is."""
        return f"local-api-key-{_digest('key', project)[:16]}"

    def project_of_key(self, key: str) -> str | None:
        """Return the project of a key, or None if it is no project's."""
        return next((each for each in self.known if self.api_key(each) == key), None)

    def remove_app(self, project: str) -> None:
        """Take a project's web app away, as before anybody has registered one."""
        with self.lock:
            self._without_app.add(project)

    def routes(self) -> Sequence[Route]:
        """Return what validate and firebase-tools ask."""
        at = rf"/v1beta1/{PROJECT}"
        return (
            ("GET", at, self._project),
            ("GET", rf"{at}/webApps", self._apps),
            ("GET", rf"{at}/webApps/(?P<app>[^/]+)/config", self._config),
            ("GET", rf"{at}/webApps/(?P<app>[^/]+)", self._one_app),
            ("GET", rf"{at}/adminSdkConfig", self._admin_config),
        )

    def _project(self, asked: Asked) -> Body:
        parameters(asked)
        project = self.known.find(asked.parts["project"])
        return {
            "projectId": project,
            "projectNumber": str(project_number(project)),
            "displayName": project,
            "name": f"projects/{project}",
            "resources": {"hostingSite": project},
            "state": _ACTIVE,
            "etag": f"1_{_digest('project', project)[:16]}",
        }

    def _apps(self, asked: Asked) -> Body:
        parameters(asked, "pageSize", "pageToken", "showDeleted")
        project = self.known.find(asked.parts["project"])
        found = [] if project in self._without_app else [self._app(project)]
        listed, more = page(asked, found, USUAL, MOST)
        return {**({"apps": listed} if listed else {}), **more}

    def _one_app(self, asked: Asked) -> Body:
        parameters(asked)
        return self._app(self._project_of_app(asked))

    def _config(self, asked: Asked) -> Body:
        """Answer the `firebaseConfig` of an app; `-` is any of the project.

        https://firebase.google.com/docs/reference/firebase-management/rest/v1beta1/projects.webApps/getConfig
        """
        parameters(asked)
        project = self._project_of_app(asked)
        return {
            "projectId": project,
            "appId": self.app_id(project),
            "apiKey": self.api_key(project),
            "authDomain": f"{project}.firebaseapp.com",
            "storageBucket": f"{project}.firebasestorage.app",
            "messagingSenderId": str(project_number(project)),
            "projectNumber": str(project_number(project)),
            "version": "2",
        }

    def _admin_config(self, asked: Asked) -> Body:
        """Answer what the Admin SDK of a function is given.

        https://firebase.google.com/docs/reference/firebase-management/rest/v1beta1/projects/getAdminSdkConfig
        """
        parameters(asked)
        project = self.known.find(asked.parts["project"])
        return {"projectId": project, "storageBucket": f"{project}.firebasestorage.app"}

    def _project_of_app(self, asked: Asked) -> str:
        project = self.known.find(asked.parts["project"])
        if project in self._without_app or asked.parts["app"] not in ("-", self.app_id(project)):
            raise not_found("Requested entity was not found.")
        return project

    def _app(self, project: str) -> Body:
        app = self.app_id(project)
        return {
            "name": f"projects/{project}/webApps/{app}",
            "appId": app,
            "displayName": project,
            "projectId": project,
            "webId": _digest("app", project)[:20],
            "state": _ACTIVE,
            "apiKeyId": _digest("key id", project)[:24],
        }


def _digest(what: str, project: str) -> str:
    return hashlib.sha256(f"{what} {project}".encode()).hexdigest()
