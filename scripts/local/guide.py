"""What a developer needs to know of a running stack: addresses, and calls to paste."""

import json
from collections.abc import Mapping

from scripts.local.addresses import REGION, Addresses
from scripts.local.firebase_project import PROJECT
from scripts.local.model_choice import EMBEDDED_LANGUAGE, ModelChoice
from scripts.local.ports import HOST
from scripts.local.store import AUTHOR, SLUG

CALLABLES = ("generate_story", "rate_story", "delete_story", "export_my_data", "delete_my_data")
CONFIRMED = {"confirmPublish": True}
EVENT = "evt_1"
LOGS = """\
What all of it has logged, and what became of one request:

scripts/logs --local --follow
scripts/diagnose REQUEST_ID --local"""
BODY = {"data": {"prompt": "A fox who is afraid of the dark", "language": EMBEDDED_LANGUAGE}}


def guide(
    addresses: Addresses,
    model: ModelChoice,
    token: str,
    database: str,
    providers: Mapping[str, str],
) -> str:
    """Return the text that `scripts/dev` prints when the stack is up.

    `token` is the demo user's, `database` the URL of the store's, and `providers` the secrets by
    their steps.
    """
    calls = "\n\n".join(verification(addresses, step, secret) for step, secret in providers.items())
    rows = "\n".join(f"  {name:<17}{where}" for name, where in _rows(addresses, model, database))
    return f"""\
The local stack is up. Ctrl-C ends it; changes in functions/ are loaded by the next call.

{rows}

A call, from a shell (the token is a demo user's, for one hour):

{curl(addresses, token)}

The same from JavaScript:

{javascript(addresses)}

A store is published, again and again, by the synthetic author:

{publish_curl(addresses)}

{LOGS}

The demo user is {AUTHOR}, whose store {SLUG} waits for onboarding:
`scripts/token --author {AUTHOR}`, or the token of the first call.
A step that a provider completes takes the provider's signed call:

{calls}
"""


def curl(addresses: Addresses, token: str) -> str:
    """Return a shell command that streams a story."""
    return f"""\
curl -N {addresses.generate_story} \\
  -H 'Accept: text/event-stream' -H 'Content-Type: application/json' \\
  -H 'Authorization: Bearer {token}' \\
  -d '{json.dumps(BODY)}'"""


def publish_curl(addresses: Addresses) -> str:
    """Return a shell command that publishes the synthetic shop, from the repository's folder."""
    return f"""\
curl -X POST {addresses.publish} \\
  -H "Authorization: Bearer $(scripts/token)" \\
  -H "Content-Type: application/json" \\
  -d '{json.dumps(CONFIRMED)}'"""


def verification(addresses: Addresses, step: str, secret: str) -> str:
    """Return shell commands by which a step's provider says that the demo author is verified."""
    return f"""\
T=$(date +%s) BODY='{json.dumps({"eventId": EVENT, "userId": AUTHOR, "status": "done"})}'
V1=$(printf '%s.%s' "$T" "$BODY" | openssl dgst -sha256 -hmac '{secret}' | sed 's/^.* //')
curl -X POST {addresses.verification(step)} \\
  -H "Conteur-Signature: t=$T,v1=$V1" -d "$BODY" -H 'Content-Type: application/json'"""


def javascript(addresses: Addresses) -> str:
    """Return a module that streams a story with the Firebase JS SDK, in Node or a browser."""
    return f"""\
import {{ initializeApp }} from "firebase/app";
import {{ connectAuthEmulator, getAuth, signInAnonymously }} from "firebase/auth";
import {{ connectFunctionsEmulator, getFunctions, httpsCallable }} from "firebase/functions";

const app = initializeApp({{ projectId: "{PROJECT}", apiKey: "local" }});
connectAuthEmulator(getAuth(app), "{addresses.auth}");
const functions = getFunctions(app, "{REGION}");
connectFunctionsEmulator(functions, "{HOST}", {addresses.emulators.functions});
await signInAnonymously(getAuth(app));
const story = await httpsCallable(functions, "generate_story").stream({json.dumps(BODY["data"])});
story.data.catch(() => {{}});
for await (const chunk of story.stream) console.log(chunk);
console.log(await story.data);"""


def _rows(addresses: Addresses, model: ModelChoice, database: str) -> list[tuple[str, str]]:
    return [
        *((name, addresses.function(name)) for name in CALLABLES),
        ("health", f"{addresses.health} (and ?deep=1)"),
        ("Dashboard", addresses.page),
        ("Hosting", addresses.hosting),
        ("Store", f"{addresses.store(SLUG)} (once it is published)"),
        ("PostgreSQL", database),
        ("Auth", addresses.auth),
        ("Firestore", addresses.firestore),
        ("Secret Manager", f"{addresses.secret_manager} (a stand-in)"),
        ("Cloud Monitoring", f"{addresses.monitoring} (a stand-in)"),
        ("Cloud Logging", f"{addresses.monitoring} (a stand-in)"),
        ("Cloud Run", f"{addresses.monitoring} (a stand-in, of its revisions)"),
        ("Model", addresses.embedded_model if model.embedded else model.base_url or "OpenAI"),
    ]
