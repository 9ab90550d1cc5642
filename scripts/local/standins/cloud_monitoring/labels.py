"""The form of user labels, which alert policies and notification channels share."""

import unicodedata
from collections.abc import Mapping

MAX_LABELS = 64
MAX_CHARACTERS = 63
MAX_BYTES = 128
LETTERS = {"Ll", "Lo"}
DIGITS = {"Nd", "Nl", "No"}


def user_labels_problem(field: str, labels: Mapping[str, str]) -> str | None:
    """Return the message of a refusal, None if there is nothing to refuse.

    Source: userLabels in https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies
    Letters are those of any script that has no capitals, or the small ones:
    https://github.com/GoogleCloudPlatform/monitoring-dashboard-samples/pull/1237
    """
    if len(labels) > MAX_LABELS:
        return f"Field {field} has more than {MAX_LABELS} entries."
    for key, value in labels.items():
        if not key or unicodedata.category(key[0]) not in LETTERS or not _is_label(key):
            return f'Field {field} had an invalid key "{key}".'
        if not _is_label(value):
            return f'Field {field}["{key}"] had an invalid value of "{value}".'
    return None


def _is_label(text: str) -> bool:
    return (
        len(text) <= MAX_CHARACTERS
        and len(text.encode()) <= MAX_BYTES
        and all(one in "_-" or unicodedata.category(one) in LETTERS | DIGITS for one in text)
    )
