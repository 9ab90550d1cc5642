"""What SIGKILL loses: what an instance has counted since its last points were taken, no more."""

from collections import Counter
from pathlib import Path

import grpc
import pytest

from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.server import Fault
from tests.crashes.world import PATIENCE_SECONDS, database
from tests.issuer import Issuer
from tests.load.counted_fleet import CountedFleet, counted_fleet, kill
from tests.measures.served import server_pid

pytestmark = pytest.mark.server

CALLS = 300
INSTANCES = 3
NUMBER = 3  # a call that is refused, as the most are


def test_a_kill_loses_what_was_not_sent(
    tmp_path: Path, issuer: Issuer, firestore_host: str
) -> None:
    """Its answers after its last points are lost; those of the others are counted exactly."""
    monitoring = MonitoringStandIn()
    with (
        database(firestore_host) as data,
        counted_fleet(tmp_path, issuer, data, monitoring, INSTANCES) as fleet,
    ):
        killed = fleet.instances[0]
        before = call_until_counted(fleet)
        monitoring.fault = Fault(grpc.StatusCode.UNAVAILABLE)
        since = fleet.answer(CALLS).answered
        kill(server_pid(killed.url))
        taken = fleet.counted()[killed.url]
        monitoring.fault = None
        fleet.end()
        assert 0 < taken <= before[killed.url]
        assert fleet.counted() == {**(before + since), killed.url: taken}
        assert monitoring.rejections == []


def call_until_counted(fleet: CountedFleet) -> Counter[str]:
    """Call each instance until it has sent that it was called; return how often."""
    callers = [fleet.caller("the-first", instance) for instance in fleet.instances]

    def called() -> bool | None:
        for caller in callers:
            caller.call(NUMBER)
        return all(fleet.counted().values()) or None

    fleet.instances[0].process.wait_for(called, "counted", PATIENCE_SECONDS)
    for caller in callers:
        caller.hang_up()
    return sum((caller.answered for caller in callers), Counter())
