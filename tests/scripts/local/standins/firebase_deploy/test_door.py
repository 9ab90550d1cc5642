"""The proxy that leads the Firebase CLI to stand-ins."""

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scripts.local.standins.firebase_deploy.accounts import Tokens
from scripts.local.standins.firebase_deploy.door import FirebaseDoor, deploy_environment
from scripts.local.standins.google_rest.frame import serve


@pytest.fixture
def door() -> Iterator[FirebaseDoor]:
    with serve(Tokens()) as url:
        yield FirebaseDoor(url)


def through(proxy: str, host: str, body: bytes = b"") -> int:
    """Ask for a token through a tunnel; return the answer's status."""
    connection = HTTPConnection(urlsplit(proxy).netloc, timeout=10)
    connection.set_tunnel(host, 80)
    chunks = iter([body[:3], body[3:]])
    connection.request("POST", "/oauth2/v3/token", chunks, encode_chunked=True)
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return reply.status


def test_tunnel(door: FirebaseDoor) -> None:
    """A tunnel to a host ends in its stand-in, also with a body of unknown length."""
    with door.serve() as proxy:
        assert through(proxy, "www.googleapis.com", b"{ }    ") == 200


def test_no_stand_in(door: FirebaseDoor) -> None:
    """Behind a tunnel to a host that nothing stands in for, nothing is found."""
    with door.serve() as proxy:
        assert through(proxy, "example.com", b"{ }    ") == 404


def test_encrypted(door: FirebaseDoor) -> None:
    """What would be encrypted is refused, and noted."""
    with door.serve() as proxy:
        connection = HTTPSConnection(urlsplit(proxy).netloc, timeout=10)
        connection.set_tunnel("iam.googleapis.com", 443)
        with pytest.raises(OSError, match="Tunnel connection failed: 403"):
            connection.connect()
        connection.close()
    assert door.refused == ["iam.googleapis.com:443"]


def test_environment(tmp_path: Path) -> None:
    """Every API is unencrypted, so that the proxy takes it, and all files are below the home."""
    made = deploy_environment("http://127.0.0.1:9", tmp_path)
    apis = [value for value in made.values() if value.endswith(".googleapis.com")]
    assert apis
    assert all(value.startswith("http://") for value in apis)
    assert made["HTTPS_PROXY"] == made["https_proxy"] == "http://127.0.0.1:9"
    assert made["HOME"] == made["XDG_CONFIG_HOME"] == made["TMPDIR"] == str(tmp_path)
