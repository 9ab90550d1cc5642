"""What is measured: the product, and what a user would pick instead."""

import functools
import os
from collections.abc import Mapping
from pathlib import Path

from scripts.local.installation.parts import STAMP
from scripts.local.node import node
from scripts.local.processes import Command
from tests.bench.peers.conteur import CONTEUR
from tests.bench.peers.functions_framework import framework
from tests.bench.peers.peer import Call, Peer, greeting_call, story_call
from tests.bench.peers.publishing import BARE, STORE_API
from tests.bench.services import Services

__all__ = [
    "BARE",
    "CONTEUR",
    "DOCS_SAMPLE",
    "DOCS_SAMPLE_80",
    "GENKIT",
    "HELLO_WORLD",
    "PEERS",
    "STORE_API",
    "Call",
    "Peer",
    "is_installed",
]

HERE = Path(__file__).parent
GENKIT_FOLDER = HERE / "genkit"
GENKIT_STAMP = GENKIT_FOLDER / "node_modules" / STAMP.format("node")
NODE_FRAMEWORK = "node_modules/@google-cloud/functions-framework/build/src/main.js"
DEFAULT_THREADS = 8  # functions-framework's four for each CPU, of two


def _python(name: str, function: str, threads: int, port: int, services: Services) -> Command:
    settings = {"THREADS": str(threads)}
    return framework(HERE / name / "main.py", function, port, services, settings)


def _genkit(port: int, services: Services) -> Command:
    function = ("--target=generate_story", "--signature-type=http", f"--port={port}")
    return Command(
        name="Genkit",
        argv=(node(), "--require", "./loopback.cjs", NODE_FRAMEWORK, *function),
        env={
            "PATH": os.environ["PATH"],
            "NODE_ENV": "production",
            "FUNCTION_TARGET": "generate_story",
            "K_SERVICE": "generate-story",
            **services.environment(),
        },
        cwd=GENKIT_FOLDER,
    )


_DOCS = functools.partial(_python, "docs_sample", "tell")

DOCS_SAMPLE = Peer(
    "docs-sample",
    "docs sample, default threads",
    functools.partial(_DOCS, DEFAULT_THREADS),
    story_call,
)
DOCS_SAMPLE_80 = Peer(
    "docs-sample-80", "docs sample, 80 threads", functools.partial(_DOCS, 80), story_call
)
HELLO_WORLD = Peer(
    "hello-world",
    "hello-world callable",
    functools.partial(_python, "hello_world", "hello_world", DEFAULT_THREADS),
    greeting_call,
)
GENKIT = Peer("genkit", "Genkit for JS", _genkit, story_call)

PEERS: Mapping[str, Peer] = {
    peer.name: peer for peer in (CONTEUR, DOCS_SAMPLE, DOCS_SAMPLE_80, HELLO_WORLD, GENKIT, BARE)
}


def is_installed(peer: Peer) -> bool:
    """Tell whether the packages that a peer needs are there; all but Genkit's always are."""
    return peer is not GENKIT or GENKIT_STAMP.is_file()
