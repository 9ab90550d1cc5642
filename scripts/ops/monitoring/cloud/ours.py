"""What of a project is ours: made by scripts/monitoring, and so its to change and to delete.

One label is not enough: people and other tools label what they make with our service's name too,
and a copy that somebody makes of ours carries all our labels.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from scripts.ops.monitoring.board.dashboard import NAME
from scripts.ops.monitoring.cloud.policies import ALERT, LEVEL, level_key
from scripts.ops.monitoring.cloud.recipients import CHANNEL, FINGERPRINT, Message
from scripts.ops.monitoring.marks import OURS

_POLICY = re.compile(r"conteur_\w+/(.*)")  # {rule group}/{alert and level}


class Ours:
    """The resources that are ours, by their keys; a second one of a key is in the way."""

    def __init__(
        self,
        found: Iterable[Message],
        is_ours: Callable[[Message], bool],
        key_of: Callable[[Message], str],
    ) -> None:
        self._all = sorted(filter(is_ours, found), key=lambda each: str(each["name"]))
        self.by_key: dict[str, Message] = {}
        for each in self._all:
            self.by_key.setdefault(key_of(each), each)

    def without(self, wanted: Iterable[str]) -> Sequence[Message]:
        """Return those that are wanted no more, or are there twice."""
        kept = {self.by_key[key]["name"] for key in wanted if key in self.by_key}
        return [each for each in self._all if each["name"] not in kept]


def policies_of(found: Iterable[Message]) -> Ours:
    """Return our policies, by alert and level."""
    return Ours(found, is_our_policy, _policy_key)


def channels_of(found: Iterable[Message]) -> Ours:
    """Return our channels, by recipient and kind."""
    return Ours(found, _is_our_channel, lambda channel: str(channel["userLabels"][CHANNEL]))


def dashboards_of(found: Iterable[Message]) -> Ours:
    """Return our dashboard, by its name."""
    return Ours(found, _is_our_dashboard, lambda dashboard: str(dashboard["displayName"]))


def is_our_policy(policy: Message) -> bool:
    """Tell whether it has all our labels, and the name that they say."""
    return _is_marked(policy) and _says(policy["displayName"]) == _policy_key(policy)


def is_renamed(policy: Message) -> bool:
    """Tell whether it has all our labels, and another name: a copy of ours, or ours until then."""
    return _is_marked(policy) and not is_our_policy(policy)


def _is_marked(policy: Message) -> bool:
    return _carries(policy["userLabels"], ALERT, LEVEL)


def _is_our_channel(channel: Message) -> bool:
    return _carries(channel["userLabels"], CHANNEL, FINGERPRINT)


def _is_our_dashboard(dashboard: Message) -> bool:
    return _carries(dashboard["labels"]) and dashboard["displayName"] == NAME


def _carries(labels: Message, *keys: str) -> bool:
    return OURS.items() <= labels.items() and labels.keys() >= set(keys)


def _policy_key(policy: Message) -> str:
    return level_key(policy["userLabels"][ALERT], policy["userLabels"][LEVEL])


def _says(name: str) -> str:
    match = _POLICY.fullmatch(name)
    return match[1] if match else ""
