"""Which parts of the service were turned off on purpose: nothing is wrong where they refuse."""

from collections.abc import Mapping

from scripts.ops.config_change import flattened
from scripts.ops.config_errors import ConfigError
from scripts.ops.config_store import ConfigStore, Record
from scripts.ops.validation.errors import FoundError

GENERATION, STORE = "generation.enabled", "store.enabled"
MOST = 100  # changes that are searched for the one that turned it off


def turned_off(store: ConfigStore) -> Mapping[str, str]:
    """Return what to say of each knob that the document has turned off. Raises FoundError."""
    try:
        fields = flattened(store.read().fields)
        off = [name for name in (GENERATION, STORE) if fields.get(name) is False]
        history = store.history(MOST) if off else []
    except ConfigError as error:
        raise FoundError(
            f"whether a part is turned off on purpose is not known: {error}"
        ) from error
    return {name: _said(name, history) for name in off}


def _said(name: str, history: list[Record]) -> str:
    why = next((each for each in history if _turns_off(each, name)), None)
    who = f" by {why.by}: {' '.join(why.reason.split())}" if why else ", by whom is not on record"
    return f"{name}: turned off on purpose{who} (scripts/config get)"


def _turns_off(record: Record, name: str) -> bool:
    return any(each.knob == name and each.after is False for each in record.turned)
