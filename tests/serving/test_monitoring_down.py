"""Cloud Monitoring is down: calls are answered meanwhile, and the log tells of it twice."""

from threading import Event
from typing import Any

import grpc
import pytest

from conteur.telemetry.registry import EXECUTIONS
from scripts.local.ports import HOST, reserved_ports
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.server import Fault, Message, Method
from tests.clients.backends import Gunicorn
from tests.load.callers import Caller
from tests.load.counted_fleet import kill
from tests.measures.served import server_pid
from tests.serving.conftest import Serve

pytestmark = pytest.mark.server

CALLS = 20
PATIENCE_SECONDS = 30.0
REFUSED = 3  # the number of a call that is
DOWN, UP = "metrics.sink_down", "metrics.sink_up"
FAULTS = {
    "refuses": Fault(grpc.StatusCode.UNAVAILABLE),
    "hangs": Fault(grpc.StatusCode.UNAVAILABLE, delay_seconds=3600),
}


class HoldingMonitoring(MonitoringStandIn):
    """Answers nothing. `given_up` has an event for each flush, set when its sender gives it up."""

    def __init__(self) -> None:
        super().__init__()
        self.given_up: list[Event] = []

    def _unary_handler(self, _name: str, method: Method) -> "grpc.RpcMethodHandler[Any, Any]":
        def hold(_request: Message, context: grpc.ServicerContext) -> None:
            ended = Event()
            context.add_callback(ended.set)
            self.given_up.append(ended)
            ended.wait()

        return grpc.unary_unary_rpc_method_handler(
            hold, request_deserializer=method.request.deserialize
        )


def test_calls_are_answered_amid_a_flush(serve: Serve) -> None:
    """Many calls begin and are answered while Cloud Monitoring holds one and the same flush."""
    monitoring = HoldingMonitoring()
    with monitoring.serve() as address, serve(MONITORING_ENDPOINT=address) as backend:

        def answered_amid() -> bool | None:
            flush = next((one for one in monitoring.given_up if not one.is_set()), None)
            for _ in range(CALLS):
                caller = Caller([backend.url], "")
                caller.call(REFUSED)
                caller.hang_up()
            return (flush is not None and not flush.is_set()) or None

        backend.process.wait_for(answered_amid, "answering amid a flush", PATIENCE_SECONDS)
        kill(server_pid(backend.url))  # else it would try to send until its last second


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_monitoring_fails(serve: Serve, fault: Fault) -> None:
    """Calls are answered while it fails or holds each flush, and all are counted afterwards."""
    monitoring = MonitoringStandIn()
    monitoring.fault = fault
    with monitoring.serve() as address, serve(MONITORING_ENDPOINT=address) as backend:
        answered = call_until_down(backend)
        assert monitoring.written == 0
        monitoring.fault = None
        backend.process.stop()
        assert changes(backend) == [DOWN, UP]
    assert monitoring.total(EXECUTIONS.type) == answered
    assert monitoring.rejections == []


def test_monitoring_is_not_there(serve: Serve) -> None:
    """Likewise where nobody listens, until somebody does."""
    monitoring = MonitoringStandIn()
    with reserved_ports(1) as (port,), serve(MONITORING_ENDPOINT=f"{HOST}:{port}") as backend:
        answered = call_until_down(backend)
        with monitoring.serve(port):
            backend.process.stop()
        assert changes(backend) == [DOWN, UP]
    assert monitoring.total(EXECUTIONS.type) == answered
    assert monitoring.rejections == []


def call_until_down(backend: Gunicorn) -> int:
    """Call until the log tells that Cloud Monitoring is down, and on; return how often."""
    caller = Caller([backend.url], "")

    def down() -> bool | None:
        caller.call(REFUSED)
        return bool(changes(backend)) or None

    backend.process.wait_for(down, "complaining", PATIENCE_SECONDS)
    for _ in range(CALLS):
        caller.call(REFUSED)
    caller.hang_up()
    return caller.answered.total()


def changes(backend: Gunicorn) -> list[str]:
    """Return what was logged of Cloud Monitoring."""
    return [line["event"] for line in backend.log() if line["event"].startswith("metrics.")]
