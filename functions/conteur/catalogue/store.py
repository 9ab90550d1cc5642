"""What is said of the errors that only authors meet; `status` is HTTP's."""

from conteur.catalogue.entry import Entry
from conteur.catalogue.terms import Code

_LATER = (
    "Publishing does not work at the moment. Try again in a minute.",
    "La publication ne fonctionne pas pour le moment. Réessayez dans une minute.",
)
_RELOAD = (
    "Your store has changed in the meantime. Reload the page, then try again.",
    "Votre boutique a changé entre-temps. Rechargez la page, puis réessayez.",
)
_APP_FAULT = (
    "The app made a mistake. Update it, then try again.",
    "L’application s’est trompée. Mettez-la à jour, puis réessayez.",
)
_WAIT = "Wait `Retry-After` seconds, and send the same request again."

ROUTE_NOT_FOUND = Entry(
    code=Code.NOT_FOUND,
    reason="ROUTE_NOT_FOUND",
    en=_APP_FAULT[0],
    fr=_APP_FAULT[1],
    app="A fault of the app: `/api/openapi.json` lists the routes.",
)

METHOD_NOT_ALLOWED = Entry(
    code=Code.INVALID_ARGUMENT,
    status=405,
    reason="METHOD_NOT_ALLOWED",
    en=_APP_FAULT[0],
    fr=_APP_FAULT[1],
    app="A fault of the app: `Allow` names the methods that the route answers.",
)

BODY_TOO_LARGE = Entry(
    code=Code.INVALID_ARGUMENT,
    status=413,
    reason="BODY_TOO_LARGE",
    en=_APP_FAULT[0],
    fr=_APP_FAULT[1],
    app="A fault of the app: a body has 64 kB at most.",
)

UNSUPPORTED_MEDIA_TYPE = Entry(
    code=Code.INVALID_ARGUMENT,
    status=415,
    reason="UNSUPPORTED_MEDIA_TYPE",
    en=_APP_FAULT[0],
    fr=_APP_FAULT[1],
    app="A fault of the app: send `Content-Type: application/json`, in UTF-8, uncompressed.",
)

CONFIRMATION_REQUIRED = Entry(
    code=Code.INVALID_ARGUMENT,
    reason="CONFIRMATION_REQUIRED",
    en="Your store is not public yet. Confirm that you want to publish it.",
    fr="Votre boutique n’est pas encore publique. Confirmez que vous voulez la publier.",
    app='Ask the author, and send `{"confirmPublish": true}`.',
)

RATE_LIMITED = Entry(
    code=Code.RESOURCE_EXHAUSTED,
    reason="RATE_LIMITED",
    retryable=True,
    en="That was too often. Try again in a minute.",
    fr="C’était trop souvent. Réessayez dans une minute.",
    app="Wait `Retry-After` seconds. `RateLimit` in every answer says what is left.",
    operator="The limit is `STORE_REQUESTS_A_MINUTE` in `functions/.env`.",
)

SIGNATURE_INVALID = Entry(
    code=Code.UNAUTHENTICATED,
    reason="SIGNATURE_INVALID",
    en="This call is not signed as it should be. Sign it anew.",
    fr="Cet appel n’est pas signé comme il le faut. Signez-le de nouveau.",
    app="Providers only: sign each call anew, with the step's secret and the present time.",
    operator="The secrets are in `PROVIDER_SECRETS`; the clocks may differ by five minutes.",
)

UNKNOWN_AUTHOR = Entry(
    code=Code.PERMISSION_DENIED,
    reason="UNKNOWN_AUTHOR",
    en="You are signed in, but you are no author yet. Sign up as an author first.",
    fr="Vous êtes connecté, mais vous n’êtes pas encore auteur. Inscrivez-vous d’abord.",
    app="Lead the user to the authors' sign-up; then the same token works.",
    operator="No row of `users` has this `id` or `firebase_uid`; `scripts/import` adds authors.",
)

AUTHOR_BLOCKED = Entry(
    code=Code.PERMISSION_DENIED,
    reason="AUTHOR_BLOCKED",
    en="This account may not publish. Write to the support.",
    fr="Ce compte ne peut pas publier. Écrivez à l’assistance.",
    app="Show how to reach you. Nothing that the app does changes it.",
    operator="`blocked` is true in the author's row of `users`.",
)

PROVIDER_ONLY = Entry(
    code=Code.PERMISSION_DENIED,
    reason="PROVIDER_ONLY",
    en="This step is completed for you once it is verified. Come back later.",
    fr="Cette étape se termine d’elle-même dès qu’elle est vérifiée. Revenez plus tard.",
    app="Follow the step's `action`, and read the onboarding again later.",
    operator="The provider completes it with a signed call: see "
    "[gated routes](api/gated-routes.md).",
)

STORE_NOT_FOUND = Entry(
    code=Code.NOT_FOUND,
    reason="STORE_NOT_FOUND",
    en="There is no such store. Choose another one, or create yours.",
    fr="Cette boutique n’existe pas. Choisissez-en une autre, ou créez la vôtre.",
    app="The author has no store, or the one asked for is not public.",
)

STEP_NOT_FOUND = Entry(
    code=Code.NOT_FOUND,
    reason="STEP_NOT_FOUND",
    en="This step no longer exists. Reload the page.",
    fr="Cette étape n’existe plus. Rechargez la page.",
    app="Read `GET /api/onboarding` again: it has the steps of the author's market.",
)

VERSION_MISMATCH = Entry(
    code=Code.FAILED_PRECONDITION,
    status=412,
    reason="VERSION_MISMATCH",
    en=_RELOAD[0],
    fr=_RELOAD[1],
    app="Read `GET /api/store/status`, and send its `ETag` as `If-Match`.",
)

PRECONDITION_REQUIRED = Entry(
    code=Code.FAILED_PRECONDITION,
    status=409,
    reason="PRECONDITION_REQUIRED",
    en="A step is missing before your store can be published. Complete it, then publish.",
    fr="Il manque une étape avant la publication de votre boutique. Terminez-la, puis publiez.",
    app="Follow `action`, that of `missingStep`; `missingSteps` has all that are missing. Then "
    "publish again, with a new `Idempotency-Key`.",
    operator="`Gating check blocked` in the log has `missingStep`. What is required is data: see "
    "[gated routes](api/gated-routes.md).",
)

SNOOZE_LIMIT = Entry(
    code=Code.FAILED_PRECONDITION,
    status=409,
    reason="SNOOZE_LIMIT",
    en="This step cannot be put off any more. Complete it now.",
    fr="Cette étape ne peut plus être repoussée. Terminez-la maintenant.",
    app="Follow the step's `action`. A step is put off three times at most.",
)

IDEMPOTENCY_IN_FLIGHT = Entry(
    code=Code.ABORTED,
    reason="IDEMPOTENCY_IN_FLIGHT",
    retryable=True,
    en="This is being done already. Wait a moment.",
    fr="C’est déjà en cours. Patientez un instant.",
    app=_WAIT,
)

IDEMPOTENCY_KEY_REUSED = Entry(
    code=Code.ALREADY_EXISTS,
    status=422,
    reason="IDEMPOTENCY_KEY_REUSED",
    en=_APP_FAULT[0],
    fr=_APP_FAULT[1],
    app="A fault of the app: make a new key for each request, and repeat it with the very same "
    "body only.",
)

STORE_DISABLED = Entry(
    code=Code.UNAVAILABLE,
    reason="STORE_DISABLED",
    retryable=True,
    en="Publishing is closed for the moment. Try again later.",
    fr="La publication est fermée pour le moment. Réessayez plus tard.",
    app=_WAIT,
    operator="Publishing was turned off: `scripts/config history -P production` says by whom and "
    'why, `scripts/config set -P production store.enabled=true --reason "..."` turns it on.',
)

GATING_UNAVAILABLE = Entry(
    code=Code.UNAVAILABLE,
    reason="GATING_UNAVAILABLE",
    ours=True,
    retryable=True,
    en=_LATER[0],
    fr=_LATER[1],
    app=_WAIT,
    operator="The steps cannot be read: the log says of which row what is wrong. Until it is "
    "mended nobody publishes.",
)

DATABASE_BUSY = Entry(
    code=Code.UNAVAILABLE,
    reason="DATABASE_BUSY",
    ours=True,
    retryable=True,
    en=_LATER[0],
    fr=_LATER[1],
    app=_WAIT,
    operator="Every connection of an instance was in use: raise `STORE_POOL_SIZE` or "
    "`STORE_MAX_INSTANCES`; their product stays ten below the server's `max_connections`.",
)

DATABASE_UNAVAILABLE = Entry(
    code=Code.UNAVAILABLE,
    reason="DATABASE_UNAVAILABLE",
    ours=True,
    retryable=True,
    en=_LATER[0],
    fr=_LATER[1],
    app=_WAIT + " A publication that was under way may have been done: it is not done twice.",
    operator="The log has the SQLSTATE. Look at the PostgreSQL server, and at the VPC connector.",
)

STORE_TIMEOUT = Entry(
    code=Code.DEADLINE_EXCEEDED,
    status=503,
    reason="STORE_TIMEOUT",
    ours=True,
    retryable=True,
    en=_LATER[0],
    fr=_LATER[1],
    app=_WAIT + " A publication that was under way may have been done: it is not done twice.",
    operator="See [retry strategies](api/retry-strategies.md): fewer attempts "
    "(`STORE_MAX_ATTEMPTS`), shorter waits (`STORE_MAX_DELAY_MS`), and what holds the locks.",
)

MAIL_UNSENT = Entry(
    code=Code.UNAVAILABLE,
    reason="MAIL_UNSENT",
    ours=True,
    retryable=True,
    en=_LATER[0],
    fr=_LATER[1],
    app="No request is answered with this: the outbox keeps the mail and tries again.",
    operator="`mail.failed` in the log has what the server said; look at `SMTP_HOST`.",
)
