"""Who gets the next request: exactly by weights, in an order that is always the same.

Smooth weighted round robin, as nginx has it: each gains its weight at every turn, and the one with
the most pays the sum. https://nginx.org/en/docs/http/ngx_http_upstream_module.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Turns:
    """The turns of one service. They begin anew when the weights change."""

    _weights: Mapping[str, int] = field(default_factory=dict)
    _gained: dict[str, int] = field(default_factory=dict)

    def next(self, weights: Mapping[str, int]) -> str:
        """Return who is next by these weights, of which one at least is more than 0."""
        if weights != self._weights:
            self._weights, self._gained = dict(weights), dict.fromkeys(weights, 0)
        for name, weight in weights.items():
            self._gained[name] += weight
        chosen = max(weights, key=lambda name: self._gained[name])
        self._gained[chosen] -= sum(weights.values())
        return chosen
