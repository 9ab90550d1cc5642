"""A channel, a policy and a dashboard that Cloud Monitoring takes, for tests to edit."""

import copy
from collections.abc import Callable
from typing import Any

Message = dict[str, Any]
Edit = Callable[[Message], object]

PROJECT = "projects/demo-conteur"
CHANNEL: Message = {"type_": "email", "labels": {"email_address": "on-call@example.com"}}
SLACK: Message = {
    "type_": "slack",
    "labels": {"channel_name": "#stories", "auth_token": "not-a-real-token"},
}
POLICY: Message = {
    "display_name": "Stories are slow",
    "combiner": "OR",
    "severity": "CRITICAL",
    "user_labels": {"origin": "conteur"},
    "documentation": {"content": "See the procedure.", "mime_type": "text/markdown"},
    "conditions": [
        {
            "display_name": "slow",
            "condition_prometheus_query_language": {
                "query": "up < 1",
                "duration": {"seconds": 300},
                "evaluation_interval": {"seconds": 60},
            },
        }
    ],
}
DASHBOARD: Message = {
    "display_name": "Stories",
    "mosaic_layout": {
        "columns": 12,
        "tiles": [
            {"width": 6, "height": 4, "widget": {"text": {"content": "left"}}},
            {"x_pos": 6, "width": 6, "height": 4, "widget": {"text": {"content": "right"}}},
        ],
    },
}


def edited(example: Message, *edits: Edit) -> Message:
    """Return a copy of an example, edited."""
    made = copy.deepcopy(example)
    for edit in edits:
        edit(made)
    return made


def members(**values: object) -> Edit:
    """Set members of the message itself."""
    return lambda made: made.update(values)
