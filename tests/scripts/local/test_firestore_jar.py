"""The Firestore emulator's jar is found, and firebase-tools can run it."""

import zipfile
from pathlib import Path

from scripts.local.firestore_jar import (
    COMPONENT,
    find_component_jar,
    find_downloaded_jar,
    write_launcher_jar,
)

LONG = Path("/opt") / ("a-long-folder-name" * 8) / "emulator.jar"


def _manifest(jar: Path) -> bytes:
    with zipfile.ZipFile(jar) as archive:
        return archive.read("META-INF/MANIFEST.MF")


def test_the_component_of_a_named_sdk_comes_first(tmp_path: Path) -> None:
    """The Google Cloud CLI that CLOUDSDK_ROOT_DIR names is looked at first."""
    jar = tmp_path / COMPONENT
    jar.parent.mkdir(parents=True)
    jar.touch()
    assert find_component_jar({"CLOUDSDK_ROOT_DIR": str(tmp_path)}) == jar


def test_the_component_is_found_beside_gcloud(tmp_path: Path) -> None:
    """The component is found in the installation that `gcloud` on the PATH belongs to."""
    jar, gcloud = tmp_path / COMPONENT, tmp_path / "bin/gcloud"
    for file in (jar, gcloud):
        file.parent.mkdir(parents=True)
        file.touch(mode=0o755)
    assert find_component_jar({"PATH": str(gcloud.parent)}) == jar


def test_the_newest_download_is_taken(tmp_path: Path) -> None:
    """Of several downloads the highest version counts, compared by number."""
    for version in ("1.9.8", "1.20.2", "1.19.9"):
        (tmp_path / f"cloud-firestore-emulator-v{version}.jar").touch()
    assert find_downloaded_jar(tmp_path) == tmp_path / "cloud-firestore-emulator-v1.20.2.jar"


def test_no_download_is_no_jar(tmp_path: Path) -> None:
    """A folder without downloads, or no folder at all, has no jar."""
    assert find_downloaded_jar(tmp_path / "missing") is None


def test_the_launcher_names_the_emulator(tmp_path: Path) -> None:
    """The launcher's manifest, unfolded, names the main class and the jar."""
    write_launcher_jar(LONG, tmp_path / "launcher.jar")
    lines = _manifest(tmp_path / "launcher.jar").replace(b"\r\n ", b"").split(b"\r\n")
    assert lines[1].endswith(b".emulator.firestore.CloudFirestore")
    assert lines[2] == f"Class-Path: file://{LONG}".encode()


def test_no_line_of_the_manifest_is_too_long(tmp_path: Path) -> None:
    """No line of the manifest is longer than the 72 bytes that Java reads."""
    write_launcher_jar(LONG, tmp_path / "launcher.jar")
    lines = _manifest(tmp_path / "launcher.jar").split(b"\r\n")
    assert max(len(line) for line in lines) + len(b"\r\n") == 72
