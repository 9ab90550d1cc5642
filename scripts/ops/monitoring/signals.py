"""All signals, by their keys."""

from collections.abc import Mapping

from scripts.ops.monitoring import service_signals, store_signals, story_signals
from scripts.ops.monitoring.signal import Signal

SIGNALS: Mapping[str, Signal] = {
    signal.key: signal
    for module in (story_signals, service_signals, store_signals)
    for signal in module.SIGNALS
}
