"""Which Prometheus a command asks: Cloud Monitoring's of a project, or a local stack's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from conteur.settings import Environment
from scripts.local.run_directory import RUNNING
from scripts.ops.place import PlaceError, find_place, stack_folder

URL_VARIABLE = "PROMETHEUS_URL"
URL_FILE = "prometheus.url"
"""In the folder of a stack that runs a Prometheus: its URL, such as http://127.0.0.1:9090."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is asked: a project in Cloud Monitoring, or where there is none the Prometheus at `url`.

    `name` is for people, `environment` what an alert's `except` names.
    """

    name: str
    environment: str
    project: str = ""
    url: str = ""


def find_source(
    root: Path, named: str | None, environ: Mapping[str, str], *, local: bool
) -> Source:
    """Return what an alias or id, `--local` or the environment mean. Raises PlaceError.

    PROMETHEUS_URL wins over the stacks that run, and does not go together with a project.
    """
    url = environ.get(URL_VARIABLE, "")
    if url and named:
        raise PlaceError(
            f"-P {named} and {URL_VARIABLE} are two places. Unset {URL_VARIABLE} to look "
            "at the project, or leave out -P."
        )
    if url:
        url = _checked(url)
        host = urlsplit(url).netloc.rpartition("@")[2]
        return Source(f"the Prometheus at {host}", Environment.LOCAL, url=url)
    if local and not named:
        return _stacks_own(environ)
    place = find_place(root, named, environ, local=local)
    if place.emulators:
        return _stacks_own(environ)
    return Source(place.name, place.alias, project=place.project)


def _checked(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise PlaceError(f"{URL_VARIABLE} is no URL such as http://127.0.0.1:9090: mend it.")
    return url.rstrip("/")


def _stacks_own(environ: Mapping[str, str]) -> Source:
    try:
        folder = stack_folder(environ, URL_FILE)
    except PlaceError as error:
        stack_folder(environ, RUNNING)  # raises where no one stack is meant at all
        raise PlaceError(
            "The local stack runs without a Prometheus, so nobody computes its signals. Run "
            f"scripts/setup, which gets one, and start scripts/dev anew; or set {URL_VARIABLE}."
        ) from error
    url = (folder / URL_FILE).read_text().strip()
    return Source(f"the local stack, by its Prometheus at {url}", Environment.LOCAL, url=url)
