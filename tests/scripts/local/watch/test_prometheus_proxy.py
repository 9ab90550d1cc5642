"""The page's way to Prometheus says what is missing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scripts.local.watch import prometheus_proxy
from scripts.local.watch.errors import UnavailableError
from scripts.local.watch.prometheus_proxy import MISSING, QUERIES, SILENT, PrometheusProxy

PATIENCE_SECONDS = 10.0


@contextmanager
def answering_once(sent: bytes) -> Iterator[PrometheusProxy]:
    """Answer one question with these bytes, whole or not, and end."""

    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(sent)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_SECONDS)
        thread = threading.Thread(target=answer)
        thread.start()
        yield PrometheusProxy(f"http://127.0.0.1:{server.getsockname()[1]}")
        thread.join()


@pytest.mark.parametrize(("base_url", "why"), [("", MISSING), ("http://127.0.0.1:9", SILENT)])
def test_without_prometheus_nobody_knows_the_alerts(base_url: str, why: str) -> None:
    """Without Prometheus alerts are unknown rather than none, and the reason is told."""
    proxy = PrometheusProxy(base_url)
    assert proxy.alerts() == {"alerts": None, "notice": why}
    with pytest.raises(UnavailableError, match=r"totals, straight from the metrics"):
        proxy.ask(QUERIES, "query=up")


@pytest.mark.server
@pytest.mark.parametrize(
    "sent",
    [
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"status',
        b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"status',
        b'HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"status',
        b'HTTP/1.1 400 Bad Request\r\nContent-Length: 90\r\n\r\n{"status',
        b"SSH-2.0\r\n",
        b"",
    ],
    ids=["chunks", "length", "refusal in chunks", "refusal", "no HTTP", "nothing"],
)
def test_a_prometheus_that_dies_amid_its_answer_is_silent(sent: bytes) -> None:
    """Half an answer is none."""
    with answering_once(sent) as proxy:
        assert proxy.alerts() == {"alerts": None, "notice": SILENT}


@pytest.mark.server
def test_a_refusal_has_prometheuss_own_words() -> None:
    """What it says of a query that is wrong is handed on."""
    head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 9\r\n\r\n"
    with answering_once(head + b"bad query") as proxy:
        assert proxy.ask(QUERIES, "query=(") == (400, b"bad query")


@pytest.mark.server
def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is read than a page can draw."""
    monkeypatch.setattr(prometheus_proxy, "MAX_BYTES", 8)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
    with (
        answering_once(head + b"nine char") as proxy,
        pytest.raises(UnavailableError, match="more than 8 bytes"),
    ):
        proxy.ask(QUERIES)
