"""Cloud Monitoring fails, which no story may notice and no count may miss."""

import grpc
import pytest

from scripts.local.standins.server import Fault

pytestmark = pytest.mark.server

DOWN = Fault(grpc.StatusCode.UNAVAILABLE)
FAULTS = {
    "down": DOWN,
    "slow": Fault(grpc.StatusCode.UNAVAILABLE, delay_seconds=30.0),
    "denied": Fault(grpc.StatusCode.PERMISSION_DENIED),
    "flapping": Fault(grpc.StatusCode.UNAVAILABLE, every=2),
    "taking it, and its answer lost": Fault(grpc.StatusCode.UNAVAILABLE, lost_answer=True),
}
QUICK_SECONDS = 3.0
