"""The settings of who hears of an alert: the environment's, over those of a file of the project."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from scripts.ops.monitoring.alert import AlertsError
from scripts.ops.monitoring.cloud.channels import Channels, Kind

RUNBOOKS_URL = "RUNBOOKS_URL"
"""The web address of docs/procedures, such as of a hosted repository."""
OURS = "ALERT_"
"""What the names of addresses begin with, in an environment that has other names too."""
TOKEN = "_TOKEN"  # noqa: S105 - ends a setting's name, and is no token
LONGEST_URL = 2_000  # a link's may have 2,083 characters, with the page's name


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """The settings that are there. `source` says where they are from; no value is ever shown."""

    source: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self, name: str) -> str:
        """Return a setting's value, empty where there is none."""
        return self.values.get(name, "").strip()

    def runbooks(self) -> str:
        """Return the runbooks' address without a slash at the end. Raises AlertsError."""
        url = self.text(RUNBOOKS_URL)
        try:
            parts = urlsplit(url)
        except ValueError:
            parts = urlsplit("")
        if url and (parts.scheme != "https" or not parts.netloc or len(url) > LONGEST_URL):
            raise AlertsError(
                f"{RUNBOOKS_URL} in {self.source} is no address such as "
                "https://github.com/OWNER/conteur/blob/main/docs/procedures."
            )
        return url.rstrip("/")


def read_settings(
    root: Path, environment: str, environ: Mapping[str, str], channels: Channels
) -> NotifySettings:
    """Return the settings of `monitoring/.env.ENVIRONMENT` and of `environ`, which wins.

    Raises AlertsError.
    """
    name = f"monitoring/.env.{environment}"
    known = {RUNBOOKS_URL, *_names(channels)}
    written = _file(root / name, name)
    _check_names(name, written, known)
    _check_names("the environment", [each for each in environ if each.startswith(OURS)], known)
    given = {each: environ[each] for each in known if each in environ}
    return NotifySettings(f"the environment or {name}", {**written, **given})


def _check_names(source: str, names: Iterable[str], known: set[str]) -> None:
    if unknown := sorted(set(names) - known):
        raise AlertsError(
            f"{source}: {', '.join(unknown)}: no such setting. There are "
            f"{', '.join(sorted(known))}."
        )


def _names(channels: Channels) -> Iterator[str]:
    for ways in channels.recipients.values():
        yield from ways.values()
        if Kind.SLACK in ways:
            yield ways[Kind.SLACK] + TOKEN


def _file(path: Path, name: str) -> Mapping[str, str]:
    try:
        read = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise AlertsError(f"{name} cannot be read: {type(error).__name__}.") from error
    return {key: value or "" for key, value in read.items()}
