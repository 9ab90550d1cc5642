"""The product itself, with limits that the load does not meet."""

from scripts.local.processes import Command
from scripts.local.serving import MAIN, public_settings
from tests.bench.peers.functions_framework import framework
from tests.bench.peers.peer import Peer, story_call
from tests.bench.services import Services
from tests.bench.upstream import MODEL

SETTINGS = {
    **public_settings(),
    "CONTEUR_ENV": "local",
    "OPENAI_PRICES": f"{MODEL}:0.75/4.50@2026-11-05",
    "QUOTA_STORIES_PER_DAY": "100000",
    "QUOTA_STORIES_AT_ONCE": "1000",
    "BUDGET_USD_PER_DAY": "1000000",
}


def _command(port: int, services: Services) -> Command:
    return framework(MAIN, "generate_story", port, services, SETTINGS)


CONTEUR = Peer("conteur", "conteur", _command, story_call)
