"""What callers cause, and what is decided for their sake: no failure of ours."""

from conteur.catalogue.entry import Entry
from conteur.catalogue.terms import Code

MALFORMED_JSON = Entry(
    code=Code.INVALID_ARGUMENT,
    reason="MALFORMED_JSON",
    en="We could not read your request. Update the app, then try again.",
    fr="Nous n’avons pas pu lire votre demande. Mettez l’application à jour, puis réessayez.",
    app="A fault of the app: call with the SDK, or send what it sends. The body is too large, "
    "did not arrive whole, or is no callable's.",
)

INVALID_FIELD = Entry(
    code=Code.INVALID_ARGUMENT,
    reason="INVALID_FIELD",
    en="Part of your request cannot be used. Change it, then try again.",
    fr="Une partie de votre demande ne peut pas être utilisée. Modifiez-la, puis réessayez.",
    app="`field` names it (`characters[2].name`), the message says the rule: have it corrected.",
)

PROMPT_BLOCKED = Entry(
    code=Code.INVALID_ARGUMENT,
    reason="PROMPT_BLOCKED",
    en="We cannot tell a story from this idea. Change it, or choose another one.",
    fr="Nous ne pouvons pas raconter d’histoire à partir de cette idée. Modifiez-la ou "
    "choisissez-en une autre.",
    app="The safety rules of the model, or of the service, refuse the prompt: ask for another one, "
    "and send it with a new `requestId`.",
    operator="`moderation.blocked` in the log says what the service's moderation found; see "
    "[moderation](moderation.md). The model's own refusal leaves no such line.",
)

NO_TOKEN = Entry(
    code=Code.UNAUTHENTICATED,
    reason="NO_TOKEN",
    en="You are not signed in. Sign in, then try again.",
    fr="Votre session n’est pas ouverte. Connectez-vous, puis réessayez.",
    app="Sign the user in with Firebase Auth before the call.",
)

TOKEN_EXPIRED = Entry(
    code=Code.UNAUTHENTICATED,
    reason="TOKEN_EXPIRED",
    retryable=True,
    en="Your session has expired. Try again, and sign in if you are asked to.",
    fr="Votre session a expiré. Réessayez, et reconnectez-vous si on vous le demande.",
    app="Fetch a new token (`getIdToken(true)`) and call again; show this only if that fails too.",
)

TOKEN_INVALID = Entry(
    code=Code.UNAUTHENTICATED,
    reason="TOKEN_INVALID",
    en="We could not check who you are. Sign out, sign in again, then try again.",
    fr="Nous n’avons pas pu vérifier votre identité. Déconnectez-vous, reconnectez-vous, puis "
    "réessayez.",
    app="Have the user sign in again. If it happens to everybody, the app's Firebase config is "
    "another project's.",
)

APP_CHECK = Entry(
    code=Code.UNAUTHENTICATED,
    reason="APP_CHECK",
    en="We could not verify this copy of the app. Install its latest official version, then try "
    "again.",
    fr="Nous n’avons pas pu vérifier cette copie de l’application. Installez sa dernière version "
    "officielle, puis réessayez.",
    app="Activate App Check before the first call.",
    operator="Register the app under App Check in the Firebase console. `APP_CHECK=off` in "
    "`functions/.env.production`, and a deploy, let apps call without.",
)

TOKEN_REVOKED = Entry(
    code=Code.UNAUTHENTICATED,
    reason="TOKEN_REVOKED",
    en="Your session was ended. Sign in again, then try again.",
    fr="Votre session a été fermée. Reconnectez-vous, puis réessayez.",
    app="Sign the user out, and have them sign in again: a new token of the old session is refused "
    "too.",
)

USER_BLOCKED = Entry(
    code=Code.PERMISSION_DENIED,
    reason="USER_BLOCKED",
    en="This account may not use the storyteller. Write to the app's support.",
    fr="Ce compte ne peut pas utiliser le conteur. Écrivez à l’assistance de l’application.",
    app="Show how to reach you. Nothing that the app does changes it.",
    operator="The account is disabled in Firebase Authentication, or blocked: "
    "`scripts/users show -P production UID` says which, and why; "
    "`scripts/users unblock -P production UID` takes a block back.",
)

APP_CHECK_REPLAYED = Entry(
    code=Code.PERMISSION_DENIED,
    reason="APP_CHECK_REPLAYED",
    en="This request was made twice. Try again.",
    fr="Cette demande a été faite deux fois. Réessayez.",
    app="Ask for a new limited-use App Check token for each call, repeated ones too "
    "(`limitedUseAppCheckTokens: true`).",
    operator="`APP_CHECK=enforced`, in place of `consumed`, lets apps use a token more than once.",
)

STORY_NOT_FOUND = Entry(
    code=Code.NOT_FOUND,
    reason="STORY_NOT_FOUND",
    en="This story is no longer there. Choose another one.",
    fr="Cette histoire n’existe plus. Choisissez-en une autre.",
    app="The user has no such story, or not one with a text: it was deleted, or never told. "
    "Refresh the list.",
)

NETWORK_QUOTA = Entry(
    code=Code.RESOURCE_EXHAUSTED,
    reason="NETWORK_QUOTA",
    retryable=True,
    en="Too many stories were asked for from your network today. Try another one, or come back "
    "tomorrow.",
    fr="Trop d’histoires ont été demandées aujourd’hui depuis votre réseau. Essayez-en un autre "
    "ou revenez demain.",
    app="Show when `retryAfterSec` is over (at midnight, UTC); another network may work at once.",
    operator="The limit is `limits.networkStoriesPerDay`, which `scripts/config` turns at once "
    "(see [runtime](runtime.md)), or else `QUOTA_NETWORK_STORIES_PER_DAY` in "
    "`functions/.env.production` and `functions/.env.staging`; 0 is none. See "
    "[limits](limits.md). Many people may share a network: a school, a mobile carrier.",
)

FEATURE_DISABLED = Entry(
    code=Code.FAILED_PRECONDITION,
    reason="FEATURE_DISABLED",
    retryable=True,
    en="The storyteller is closed at the moment. Try again later.",
    fr="Le conteur est fermé pour le moment. Réessayez plus tard.",
    app="Wait `retryAfterSec`, and repeat the same request. Stories that were told can still be "
    "read.",
    operator="Generation was turned off: `scripts/config history -P production` says by whom and "
    "why, "
    '`scripts/config set -P production generation.enabled=true --reason "..."` turns it on.',
)

REQUEST_ID_REUSED = Entry(
    code=Code.ALREADY_EXISTS,
    reason="REQUEST_ID_REUSED",
    en="The app mixed up two stories. Ask for yours once more.",
    fr="L’application a confondu deux histoires. Demandez la vôtre encore une fois.",
    app="A fault of the app: make a new UUID for each story, and send it again only with the "
    "very same request.",
)

IN_PROGRESS = Entry(
    code=Code.ABORTED,
    reason="IN_PROGRESS",
    retryable=True,
    en="Your story is being told already. Wait a moment, and it will appear.",
    fr="Votre histoire est déjà en train d’être racontée. Patientez un instant, elle va "
    "apparaître.",
    app="Follow the document of `storyId`, or repeat the same request later.",
)

USER_QUOTA = Entry(
    code=Code.RESOURCE_EXHAUSTED,
    reason="USER_QUOTA",
    retryable=True,
    en="You have had all of today's stories. Come back tomorrow for new ones.",
    fr="Vous avez eu toutes les histoires d’aujourd’hui. Revenez demain pour en découvrir de "
    "nouvelles.",
    app="Show when `retryAfterSec` is over (at midnight, UTC). `remaining` in a result's `quota` "
    "lets the app say it before.",
    operator="The limits are `limits.storiesPerDay`, `limits.anonymousStoriesPerDay` and "
    "`limits.newStoriesPerDay`, which `scripts/config` turns at once (see [runtime](runtime.md)), "
    "or else `QUOTA_STORIES_PER_DAY`, `QUOTA_ANONYMOUS_STORIES_PER_DAY` and "
    "`QUOTA_NEW_STORIES_PER_DAY` in `functions/.env`; see [limits](limits.md).",
)

CONCURRENCY = Entry(
    code=Code.RESOURCE_EXHAUSTED,
    reason="CONCURRENCY",
    retryable=True,
    en="Another story of yours is being told. Wait for its end, then ask again.",
    fr="Une autre de vos histoires est en train d’être racontée. Attendez qu’elle se termine, "
    "puis redemandez.",
    app="Wait `retryAfterSec` at least, or until the user's other story has ended, and repeat "
    "the same request.",
    operator="The limits are `limits.storiesAtOnce`, `limits.anonymousStoriesAtOnce` and "
    "`limits.newStoriesAtOnce`, which `scripts/config` turns at once (see [runtime](runtime.md)), "
    "or else `QUOTA_STORIES_AT_ONCE`, `QUOTA_ANONYMOUS_STORIES_AT_ONCE` and "
    "`QUOTA_NEW_STORIES_AT_ONCE` in `functions/.env`; see [limits](limits.md).",
)

OUTPUT_BLOCKED = Entry(
    code=Code.FAILED_PRECONDITION,
    reason="OUTPUT_BLOCKED",
    en="This story could not be told to its end. Choose another idea.",
    fr="Cette histoire n’a pas pu être racontée jusqu’au bout. Choisissez une autre idée.",
    app="The model, its filter or the service's safety rules stopped the story: ask for another "
    "one, and send it with a new `requestId`.",
    operator="`moderation.blocked` in the log says what the service's moderation found, and "
    "`story.leak_stopped` that the story began to repeat the model's instructions; see "
    "[moderation](moderation.md). A stop by the model itself leaves neither.",
)

CLIENT_GONE = Entry(
    code=Code.CANCELLED,
    reason="CLIENT_GONE",
    retryable=True,
    en="Your story was stopped because you left. Ask for it again.",
    fr="Votre histoire s’est arrêtée à votre départ. Demandez-la de nouveau.",
    app="No call is answered with this: its client has left. It stands in the story's document; "
    "repeat the same request to have the story told.",
    operator="`CLIENT_GONE=finish` in `functions/.env`, and a deploy, have such stories told to "
    "their end and kept.",
)
