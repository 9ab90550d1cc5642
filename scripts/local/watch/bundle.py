"""The page's script and style, each made one file by esbuild: nothing comes from elsewhere."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.local.firebase_project import ROOT

ESBUILD = ROOT / "node_modules/esbuild/bin/esbuild"
SOURCE = Path(__file__).with_name("page")
BUILD_SECONDS = 60.0
OPTIONS = ("--bundle", "--minify", "--format=esm", "--log-level=warning", "--charset=utf8")


def bundle(folder: Path) -> Mapping[str, bytes]:
    """Return the page's files by their paths, made in `folder`. Raises LocalStackError."""
    if not ESBUILD.is_file():
        raise LocalStackError("esbuild is missing: run scripts/setup --for run")
    made = subprocess.run(
        [str(ESBUILD), str(SOURCE / "page.js"), *OPTIONS, f"--outdir={folder}"],
        capture_output=True,
        check=False,
        text=True,
        timeout=BUILD_SECONDS,
    )
    if made.returncode:
        raise LocalStackError(f"esbuild could not bundle the page:\n{made.stderr}")
    return {
        "/": (SOURCE / "index.html").read_bytes(),
        **{f"/{name}": (folder / name).read_bytes() for name in ("page.js", "page.css")},
    }
