"""Each rule on an alert policy: what just passes it, and what just does not."""

import pytest
from google.api_core import exceptions

from tests.scripts.local.standins.cloud_monitoring.clients import Clients
from tests.scripts.local.standins.cloud_monitoring.examples import POLICY, Edit, edited, members
from tests.scripts.local.standins.conftest import PROJECT


def labels(**values: str) -> Edit:
    return members(user_labels=values)


def documentation(**values: object) -> Edit:
    return members(documentation=values)


def link(name: str = "procedure", url: str = "https://example.com") -> dict[str, str]:
    return {"display_name": name, "url": url}


def create(clients: Clients, edit: Edit) -> None:
    clients.make_policy(edited(POLICY, edit))


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(members(display_name="n" * 512), id="longest name"),
        pytest.param(labels(**{f"l{n}": "v" for n in range(64)}), id="most labels"),
        pytest.param(labels(**{"l" * 63: "v" * 63}), id="longest label"),
        pytest.param(labels(l="é1_-"), id="all kinds of characters"),
        pytest.param(labels(l=""), id="empty label"),
        pytest.param(members(combiner="AND"), id="another combiner"),
        pytest.param(members(severity=0), id="no severity"),
        pytest.param(documentation(content="c" * 8192), id="longest text"),
        pytest.param(documentation(content="é" * 5120), id="most bytes"),
        pytest.param(documentation(subject="s" * 10_240), id="longest subject"),
        pytest.param(documentation(links=[link("n" * 63, "u" * 2083)] * 3), id="most links"),
    ],
)
def test_taken(clients: Clients, edit: Edit) -> None:
    """What is at a limit, and not past it, is taken."""
    create(clients, edit)


REFUSED = {
    "name too long": (members(display_name="n" * 513), "display_name is longer"),
    "too many labels": (labels(**{f"l{n}": "v" for n in range(65)}), "more than 64 entries"),
    "label key too long": (labels(**{"l" * 64: "v"}), "invalid key"),
    "label value too long": (labels(l="v" * 64), "invalid value"),
    "label of too many bytes": (labels(l="字" * 43), "invalid value"),
    "capital in a key": (labels(Key="v"), 'invalid key "Key"'),
    "capital in a value": (labels(l="Value"), 'invalid value of "Value"'),
    "space in a value": (labels(l="a b"), "invalid value"),
    "key that begins with a digit": (labels(**{"1l": "v"}), "invalid key"),
    "no combiner": (members(combiner=0), "combiner had an invalid value"),
    "unknown combiner": (members(combiner=9), "combiner had an invalid value"),
    "unknown severity": (members(severity=4), "severity had an invalid value"),
    "text too long": (documentation(content="c" * 8193), "content is longer"),
    "text of too many bytes": (documentation(content="é" * 5121), "content is longer"),
    "plain text": (documentation(content="c", mime_type="text/plain"), "text/markdown"),
    "subject too long": (documentation(subject="s" * 10_241), "subject is longer"),
    "too many links": (documentation(links=[link()] * 4), "more than 3 entries"),
    "link without a name": (documentation(links=[link(name="")]), "display_name had"),
    "link's name too long": (documentation(links=[link(name="n" * 64)]), "display_name had"),
    "link's URL too long": (documentation(links=[link(url="u" * 2084)]), "url had an invalid"),
}


@pytest.mark.parametrize(("edit", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(clients: Clients, edit: Edit, message: str) -> None:
    """What is past a limit is refused as INVALID_ARGUMENT, and not kept."""
    with pytest.raises(exceptions.InvalidArgument, match=message):
        create(clients, edit)
    assert not list(clients.policies.list_alert_policies(name=PROJECT))
