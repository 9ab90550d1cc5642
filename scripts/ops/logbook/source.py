"""Whose log is meant: a project's, the local stack's, or a file's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.ops.monitoring.cloud import target
from scripts.ops.place import PlaceError, checkout_of, find_place, stack_folder

ENDPOINT = "LOGGING_ENDPOINT"
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """A project's log, or the one in `file` (`-` is standard input).

    `endpoint` is a stand-in, spoken to without TLS; empty, the real service. `checkout` is whose
    local stack it is, where it is another's than that of the command.
    """

    project: str = ""
    alias: str = ""
    endpoint: str = ""
    file: str = ""
    checkout: str = ""

    @property
    def name(self) -> str:
        """The source's name for people."""
        if self.file:
            return "standard input" if self.file == STDIN else self.file
        if self.endpoint:
            return f"{self.project} in the stand-in at {self.endpoint}"
        return self.project if self.alias == self.project else f"{self.alias} ({self.project})"


def find_log_source(
    root: Path, named: str | None, environ: Mapping[str, str], *, local: bool, file: str = ""
) -> Source:
    """Return what a file, an alias or id, `--local` or LOGGING_ENDPOINT mean. Raises PlaceError."""
    if file:
        return _of_file(file, named, local=local)
    known = {ENDPOINT: environ[ENDPOINT]} if environ.get(ENDPOINT) else {}
    checkout = ""
    if local and not named and not known:
        known = {ENDPOINT: _of_the_stack(root, environ)}
        checkout = _other_checkout(root, environ)
    place = find_place(root, named, known, local=local and bool(named), emulators=(ENDPOINT,))
    endpoint = place.emulators.get(ENDPOINT, "")
    return Source(place.project, place.alias, endpoint, checkout=checkout)


def _of_file(file: str, named: str | None, *, local: bool) -> Source:
    if named or local:
        other = f"-P {named}" if named else "--local"
        raise PlaceError(f"--file {file} and {other} are two places. Leave out one of them.")
    if Path(file).is_dir():
        raise PlaceError(f"{file} is a folder, so nothing was read. Name a file in it.")
    if file != STDIN and not Path(file).exists():
        raise PlaceError(f"There is no file {file}, so nothing was read. Mend the name.")
    return Source(file=file)


def _other_checkout(root: Path, environ: Mapping[str, str]) -> str:
    """Return the checkout whose stack it is; empty where it is `root`, or none is known."""
    checkout = checkout_of(stack_folder(environ, target.LOG))
    return "" if checkout in {None, root.resolve()} else str(checkout)


def _of_the_stack(root: Path, environ: Mapping[str, str]) -> str:
    """Return where the stack's stand-ins are: that for Cloud Logging is where Monitoring's is."""
    others = {name: value for name, value in environ.items() if name != target.ENDPOINT}
    return target.find_target(root, None, others, local=True).endpoint
