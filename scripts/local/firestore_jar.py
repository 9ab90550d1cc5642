"""The Firestore emulator's jar, and how firebase-tools is brought to use it.

The Google Cloud CLI's component `cloud-firestore-emulator` carries one. It names no main class,
while firebase-tools 15 runs `java -jar` on FIRESTORE_EMULATOR_BINARY_PATH: a jar that holds
nothing but a manifest stands between. Without the component, firebase-tools downloads its own
jar to its cache the first time it starts.
"""

import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
COMPONENT = Path("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
USUAL_SDK_ROOTS = (
    Path("/usr/lib/google-cloud-sdk"),  # Debian and Ubuntu packages
    Path("/usr/share/google-cloud-sdk"),  # Fedora
    Path("/snap/google-cloud-sdk/current"),
    Path("/opt/homebrew/share/google-cloud-sdk"),
    Path.home() / "google-cloud-sdk",  # the archive, unpacked as its guide says
)
DOWNLOADS = Path.home() / ".cache/firebase/emulators"
MANIFEST_LINE_BYTES = 72  # JAR File Specification, "Notes on Manifest and Signature Files"


def find_component_jar(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the Google Cloud CLI's jar, or None where the component is not installed."""
    jars = (root / COMPONENT for root in _sdk_roots(environ))
    return next((jar for jar in jars if jar.is_file()), None)


def find_downloaded_jar(downloads: Path = DOWNLOADS) -> Path | None:
    """Return the newest jar that firebase-tools has downloaded, or None."""
    jars = downloads.glob("cloud-firestore-emulator-v*.jar")
    return max(jars, key=_version, default=None)


def write_launcher_jar(jar: Path, launcher: Path) -> None:
    """Write to `launcher` a jar that `java -jar` can run and that runs the emulator in `jar`."""
    lines = ("Manifest-Version: 1.0", f"Main-Class: {MAIN_CLASS}", f"Class-Path: {jar.as_uri()}")
    manifest = "".join(_wrapped(line) for line in lines)
    with zipfile.ZipFile(launcher, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", manifest)


def _sdk_roots(environ: Mapping[str, str]) -> Iterator[Path]:
    if named := environ.get("CLOUDSDK_ROOT_DIR"):
        yield Path(named)
    if gcloud := shutil.which("gcloud", path=environ.get("PATH")):
        yield Path(gcloud).resolve().parent.parent
    yield from USUAL_SDK_ROOTS


def _version(jar: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", jar.stem))


def _wrapped(line: str) -> str:
    """Break a manifest's line; a continuation starts with one space."""
    room = MANIFEST_LINE_BYTES - len("\r\n")
    head, rest = line[:room], line[room:]
    chunks = [rest[at : at + room - 1] for at in range(0, len(rest), room - 1)]
    return "\r\n ".join([head, *chunks]) + "\r\n"
