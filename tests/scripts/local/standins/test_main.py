"""A stand-in run as a process."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from google.cloud import secretmanager_v1 as api
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceGrpcTransport,
)

from tests.scripts.local.standins.cloud_logging.clients import log_on, next_of

ROOT = Path(__file__).parents[4]
STANDIN = (sys.executable, "-m", "scripts.local.standins")
ENVIRONMENT = {**os.environ, "OPENAI_API_KEY": "test-key"}
PATIENCE = 20  # seconds until a process that hangs fails its test
LEAVE_A_CHILD = """
import os, subprocess, sys
subprocess.Popen(sys.argv[1:])
os.read(0, 1)
os._exit(0)
"""

pytestmark = pytest.mark.server
Process = subprocess.Popen[str]


@contextmanager
def running(*command: str) -> Iterator[Process]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def secret_manager() -> Iterator[Process]:
    with running(*STANDIN, "secret-manager", "--secrets", "OPENAI_API_KEY") as process:
        yield process


def address(process: Process) -> str:
    assert process.stdout
    return str(json.loads(process.stdout.readline())["ready"])


def test_ready_line(secret_manager: Process) -> None:
    """It prints its address when it is ready, and serves the secrets of its environment."""
    with grpc.insecure_channel(address(secret_manager)) as channel:
        client = api.SecretManagerServiceClient(
            transport=SecretManagerServiceGrpcTransport(channel=channel)
        )
        name = "projects/demo-conteur/secrets/OPENAI_API_KEY/versions/latest"
        assert client.access_secret_version(name=name).payload.data == b"test-key"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals(secret_manager: Process, number: signal.Signals) -> None:
    """SIGTERM and SIGINT end it, without an error."""
    address(secret_manager)
    secret_manager.send_signal(number)
    assert secret_manager.wait(PATIENCE) == 0


def test_orphan() -> None:
    """It ends when the process that started it is gone."""
    with running(sys.executable, "-c", LEAVE_A_CHILD, *STANDIN, "monitoring") as parent:
        address(parent)
        assert parent.stdin
        assert parent.stdout
        parent.stdin.close()
        assert select.select([parent.stdout], [], [], PATIENCE)[0], "the pipe is still held"
        assert parent.stdout.read() == ""


def test_log(tmp_path: Path) -> None:
    """What functions print to the file that the stand-in is told goes into Cloud Logging."""
    file = tmp_path / "emulators.log"
    with (
        running(*STANDIN, "monitoring", "--log", str(file)) as process,
        grpc.insecure_channel(address(process)) as channel,
        log_on(channel).following("") as answers,
    ):
        file.write_text(">  told\n")
        assert next_of(answers) == ["told"]


def test_missing_secret() -> None:
    """A secret that the environment lacks is named before anything starts."""
    with running(*STANDIN, "secret-manager", "--secrets", "NO_SUCH_KEY") as process:
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "NO_SUCH_KEY: not set in the environment" in errors


def test_taken_port(secret_manager: Process) -> None:
    """A port that is taken is said so in one line."""
    port = address(secret_manager).rpartition(":")[2]
    with running(*STANDIN, "monitoring", "--port", port) as process:
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in errors.splitlines()[-1]
