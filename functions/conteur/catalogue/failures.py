"""What we cause, or what we depend on: failures of ours. TIMEOUT is in timeouts.py."""

from conteur.catalogue.entry import Advice, Entry
from conteur.catalogue.terms import Code, OpenAIFailure

_AWAY = (
    "The storyteller is away at the moment. Try again later.",
    "Le conteur est absent pour le moment. Réessayez plus tard.",
)
_NOT_AGAIN = (
    "Do not repeat it: it stays as it is until the operator has acted. Later, ask with a new "
    "`requestId`."
)

OPENAI_RATE_LIMIT = Entry(
    code=Code.RESOURCE_EXHAUSTED,
    reason="OPENAI_RATE_LIMIT",
    ours=True,
    retryable=True,
    en="Many stories are being told right now. Try again in a minute.",
    fr="Beaucoup d’histoires sont racontées en ce moment. Réessayez dans une minute.",
    app="Wait `retryAfterSec`, or a minute where it is absent, and repeat the same request.",
    operator="Ask OpenAI for higher rate limits (platform.openai.com, Limits), name another model "
    "as well (`OPENAI_MODEL=a,b`), or let in fewer stories at once: lower `THREADS` or "
    "`MAX_INSTANCES`.",
)

OPENAI_ERROR = Entry(
    code=Code.UNAVAILABLE,
    reason="OPENAI_ERROR",
    ours=True,
    en=_AWAY[0],
    fr=_AWAY[1],
    app="Do as its `kind` says. Of one that the app does not know, believe `retryable`.",
    operator="See the kind; the log's `call.failed` has it, and what the model's server said.",
    kinds={
        OpenAIFailure.KEY: Advice(
            en=_AWAY[0],
            fr=_AWAY[1],
            app=_NOT_AGAIN,
            operator="Make a key at OpenAI, in a project that may use the models of "
            "`OPENAI_MODEL`, and add it to the secret that `OPENAI_SECRET` names: "
            "`npx firebase functions:secrets:set OPENAI_API_KEY -P production`. It is in use "
            "within ten minutes, without a deploy, unless `OPENAI_SECRET_VERSION` pins another.",
        ),
        OpenAIFailure.QUOTA: Advice(
            en=_AWAY[0],
            fr=_AWAY[1],
            app=_NOT_AGAIN,
            operator="Add credit to the account at OpenAI, or raise its budget "
            "(platform.openai.com, Billing and Limits).",
        ),
        OpenAIFailure.PROMPT: Advice(
            en="This story cannot be told as you asked for it. Make it shorter, or change the "
            "idea.",
            fr="Cette histoire ne peut pas être racontée telle que vous la demandez. "
            "Raccourcissez-la ou changez d’idée.",
            app="Do not repeat it: let the user change it, and send that with a new `requestId`.",
            operator="The message in the log's `call.failed` has the status. 404: correct "
            "`OPENAI_MODEL` or `OPENAI_BASE_URL`. 413 or `context_length_exceeded`: the model "
            "takes less than our longest prompt; name another. Else the model refuses the "
            "parameter that the message names: name a model that takes it.",
        ),
        OpenAIFailure.OUTAGE: Advice(
            retryable=True,
            en="The storyteller does not answer at the moment. Try again in a few minutes.",
            fr="Le conteur ne répond pas pour le moment. Réessayez dans quelques minutes.",
            app="Wait `retryAfterSec`, or some seconds where it is absent, and repeat the same "
            "request.",
            operator="Look at status.openai.com (or at the server of `OPENAI_BASE_URL`). "
            "`OPENAI_MODEL=a,b` names a model to fall back on.",
        ),
    },
)

GLOBAL_BUDGET = Entry(
    code=Code.RESOURCE_EXHAUSTED,
    reason="GLOBAL_BUDGET",
    ours=True,
    retryable=True,
    en="All of today's stories have been told. Come back tomorrow.",
    fr="Toutes les histoires d’aujourd’hui ont été racontées. Revenez demain.",
    app="Wait `retryAfterSec` (until midnight, UTC), and repeat the same request.",
    operator="Today's stories have reserved or cost all that they may: find out why, then raise "
    "`limits.budgetUsdPerDay` by `scripts/config`, at once (see [runtime](runtime.md)), or "
    "`BUDGET_USD_PER_DAY` in `functions/.env` and deploy; see [limits](limits.md).",
)

MEMORY_ERROR = Entry(
    code=Code.RESOURCE_EXHAUSTED,
    reason="MEMORY_ERROR",
    ours=True,
    retryable=True,
    en="Many stories are being told right now. Try again in a few seconds.",
    fr="Beaucoup d’histoires sont racontées en ce moment. Réessayez dans quelques secondes.",
    app="Wait `retryAfterSec`, and repeat the same request: another instance may take it.",
    operator="An instance had used over 80 % of its memory and took no new work. Lower `THREADS` "
    "and raise `MAX_INSTANCES`, or raise `MEMORY_MB` (`functions/conteur/entrypoints/options.py`), "
    "and deploy. If it grows without traffic, it is a leak: report it.",
)

MODERATION_UNAVAILABLE = Entry(
    code=Code.UNAVAILABLE,
    reason="MODERATION_UNAVAILABLE",
    ours=True,
    retryable=True,
    en="We cannot check stories for children at the moment. Try again in a few minutes.",
    fr="Nous ne pouvons pas vérifier les histoires pour enfants pour le moment. Réessayez dans "
    "quelques minutes.",
    app="Wait `retryAfterSec`, and repeat the same request.",
    operator="Look at status.openai.com. Stories for children wait for OpenAI's moderation; those "
    "for others are told, and flagged `unmoderated`. A server of `OPENAI_BASE_URL` without "
    "moderation needs `MODERATION_BASE_URL`, or `MODERATION=off` where no child reads.",
)

STORY_INTERRUPTED = Entry(
    code=Code.UNAVAILABLE,
    reason="STORY_INTERRUPTED",
    ours=True,
    retryable=True,
    en="Your story was interrupted. Ask for it again.",
    fr="Votre histoire a été interrompue. Demandez-la de nouveau.",
    app="No call is answered with this: it stands in the document of a story whose server went "
    "away. Repeat the same request to have the story told.",
    operator="An instance ended, or stood still, in the middle of a story: look for its crash, for "
    "too little memory, and for `CLIENT_GONE=finish` with instances that idle.",
)

CIRCUIT_OPEN = Entry(
    code=Code.UNAVAILABLE,
    reason="CIRCUIT_OPEN",
    ours=True,
    retryable=True,
    en="The storyteller needs a short rest. Try again in a minute.",
    fr="Le conteur a besoin d’un peu de repos. Réessayez dans une minute.",
    app="Wait `retryAfterSec`, and repeat the same request.",
    operator="As for `OPENAI_ERROR`, kind `outage`: the attempts before it say why. An instance "
    "stops asking a model after `OPENAI_CIRCUIT_FAILURES` failures in a row, for "
    "`OPENAI_CIRCUIT_REST_SECONDS`.",
)

SECRET_UNAVAILABLE = Entry(
    code=Code.UNAVAILABLE,
    reason="SECRET_UNAVAILABLE",
    ours=True,
    retryable=True,
    en=_AWAY[0],
    fr=_AWAY[1],
    app="Wait a minute, and repeat the same request.",
    operator="The log's `secret.unavailable` says which of these. No secret or version of the "
    "name in `OPENAI_SECRET` and `OPENAI_SECRET_VERSION`, or no key in it: "
    "`npx firebase functions:secrets:set OPENAI_API_KEY -P production`; the store's are "
    "`DATABASE_URL`, `JWT_SECRET`, `PROVIDER_SECRETS` and `SMTP_PASSWORD`. No permission: grant "
    "the functions' service account `roles/secretmanager.secretAccessor` on the secret "
    "(docs/deploy.md, step 4). Disabled: "
    "`gcloud secrets versions enable VERSION --secret OPENAI_API_KEY`. No answer: look at "
    "status.cloud.google.com.",
)

AUTH_UNAVAILABLE = Entry(
    code=Code.UNAVAILABLE,
    reason="AUTH_UNAVAILABLE",
    ours=True,
    retryable=True,
    en="We cannot check who you are at the moment. Try again in a few seconds.",
    fr="Nous ne pouvons pas vérifier votre identité pour le moment. Réessayez dans quelques "
    "secondes.",
    app="Wait `retryAfterSec`, and repeat the same request: Google's public keys were out of "
    "reach.",
    operator="Look at status.firebase.google.com. If the functions' traffic goes through a VPC, "
    "see that it reaches www.googleapis.com and firebaseappcheck.googleapis.com.",
)

BUG = Entry(
    code=Code.INTERNAL,
    reason="BUG",
    ours=True,
    retryable=True,
    en="Something went wrong on our side. Try again in a moment.",
    fr="Un problème est survenu de notre côté. Réessayez dans un instant.",
    app="Repeat the same request once; if it goes on, report the `requestId`.",
    operator="Find the log's `call.bug` by its request id: it has the traceback. If it began "
    "with a deploy, roll back (docs/operations.md, Rolling back).",
)
