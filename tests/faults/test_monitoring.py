"""Cloud Monitoring fails, which no story may notice and no count may miss."""

import grpc
import pytest

from conteur.telemetry.registry import EXECUTIONS, Outcome
from scripts.local.readiness import printed
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.server import Fault
from tests.faults.conftest import MakeWorld
from tests.faults.endings import told
from tests.faults.rows import SCENARIOS

pytestmark = pytest.mark.server

FAULTS = {
    "down": Fault(grpc.StatusCode.UNAVAILABLE),
    "slow": Fault(grpc.StatusCode.UNAVAILABLE, delay_seconds=30.0),
    "flapping": Fault(grpc.StatusCode.UNAVAILABLE, every=2),
    "answers lost": Fault(grpc.StatusCode.UNAVAILABLE, lost_answer=True),
}
UNNOTICED_SECONDS = 3.0  # a flush may take as long; the first story is a cold one
REPORT_SECONDS = 10.0


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_monitoring_fails(make_world: MakeWorld, fault: Fault) -> None:
    """Stories are told as ever, the fault is logged once, and no execution is lost or doubled."""
    monitoring = MonitoringStandIn()
    monitoring.calls.append("one before")  # so that of every two calls the first one fails
    monitoring.fault = fault
    with monitoring.serve() as address:
        with make_world(MONITORING_ENDPOINT=address) as made:
            warmed = made.warm_up()
            made.mend()
            for scenario in SCENARIOS:
                made.way.asked = 0
                played = made.play(scenario)
                assert played.ending == told()
                assert played.seconds <= UNNOTICED_SECONDS
            process = made.backend.process
            process.wait_for(printed(process, "metrics.sink_down"), "complaining", REPORT_SECONDS)
            assert process.output().count('"metrics.sink_down"') == 1
            monitoring.fault = None
        stories = len(SCENARIOS) + (warmed.ending.status == "completed")
        assert monitoring.total(EXECUTIONS.type, outcome=Outcome.COMPLETED) == stories
        assert not monitoring.rejections
