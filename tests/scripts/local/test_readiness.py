"""Each probe finds what it looks for, and answers None until then."""

import http.server
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Process, running
from scripts.local.readiness import answers, listens, printed, ready_line, starting_meanwhile
from tests.scripts.local.conftest import PythonCommand

LIMIT = 30.0
PREFLIGHTS: list[str] = []


class _Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/health"
        self.send_response(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
        self.end_headers()
        self.wfile.write(b"well" if found else b"")

    def do_OPTIONS(self) -> None:
        PREFLIGHTS.append(self.path)
        self.send_response(HTTPStatus.NO_CONTENT)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer((HOST, 0), _Pages) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def said_ready(python_command: PythonCommand, tmp_path: Path) -> Process:
    program = """print('warming up\\n{"ready": "127.0.0.1:7"}')"""
    with running(python_command(program), tmp_path / "log") as process:
        list(process.lines())
    return process


def test_a_ready_line_gives_its_address(said_ready: Process) -> None:
    """The address is taken from the line that says ready, whatever came before it."""
    assert ready_line(said_ready)() == "127.0.0.1:7"


def test_what_was_not_printed_is_not_found(said_ready: Process) -> None:
    """A pattern that was not printed is not found."""
    assert printed(said_ready, "listening")() is None


def test_an_open_port_listens(port: int) -> None:
    """A port that takes connections listens."""
    assert listens(port)() == port


def test_a_closed_port_does_not_listen() -> None:
    """A port that nobody has opened does not listen."""
    with reserved_ports(1) as (closed,):
        assert listens(closed)() is None


def test_an_address_that_answers_200_answers(port: int) -> None:
    """An address that answers 200 gives its body."""
    assert answers(f"http://{HOST}:{port}/health")() == b"well"


def test_another_status_is_no_answer(port: int) -> None:
    """An address that answers anything but 200 does not answer yet."""
    assert answers(f"http://{HOST}:{port}/elsewhere")() is None


def test_a_proxy_is_not_asked_for_this_machine(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on this machine is reached past the proxy that the environment names."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert answers(f"http://{HOST}:{port}/health")() == b"well"


def test_a_function_starts_meanwhile(port: int) -> None:
    """A function has been asked, and has answered, when the block ends."""
    PREFLIGHTS.clear()
    with starting_meanwhile(f"http://{HOST}:{port}/generate_story"):
        pass
    assert PREFLIGHTS == ["/generate_story"]


def test_a_function_that_does_not_answer_stops_nothing() -> None:
    """A function that cannot be reached is left for the first real call to show."""
    with reserved_ports(1) as (closed,), starting_meanwhile(f"http://{HOST}:{closed}/nobody"):
        pass
