"""The labels by which what scripts/monitoring has made is known again."""

from collections.abc import Mapping
from types import MappingProxyType

OURS: Mapping[str, str] = MappingProxyType(
    {"service": "conteur", "managed_by": "conteur-monitoring"}
)
"""User labels, or a dashboard's labels. The second is one that nobody writes by chance."""
