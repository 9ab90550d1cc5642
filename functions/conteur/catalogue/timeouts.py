"""A story's time was up: what its phase and its cause mean."""

from collections.abc import Mapping

from conteur.catalogue.entry import Diagnosis, Entry
from conteur.catalogue.terms import Cause, Code, Phase

TIMEOUT = Entry(
    code=Code.DEADLINE_EXCEEDED,
    reason="TIMEOUT",
    ours=True,
    retryable=True,
    en="Your story took too long. Try again, or ask for a shorter one.",
    fr="Votre histoire a pris trop de temps. Réessayez, ou demandez-en une plus courte.",
    app="Repeat the same request. `phase` says where the time went, `cause` why, if it can be "
    "told; what was told until then is in the story's document.",
    operator="See the cause, if there is one, then the phase; the log's `call.timeout` has both. "
    "A story's whole time is the knob `deadlineSec`, else `STORY_DEADLINE_SECONDS`.",
)

_FIRESTORE = (
    "The log's `store.failed`, if there is one, names the mend: a missing database, or "
    "`roles/datastore.user` (docs/deploy.md, steps 2 and 4). Else look at status.cloud.google.com."
)

PHASES: Mapping[Phase, Diagnosis] = {
    Phase.SECRET: Diagnosis(
        meaning="Secret Manager did not give the model's key in time.",
        operator="The log's `secret.unavailable` says why; look at status.cloud.google.com.",
    ),
    Phase.ADMISSION: Diagnosis(
        meaning="No time was left when the story could begin: Firestore did not take or show its "
        "document in time, or the call had waited before that (the log's `call.ended` has "
        "`queued_ms`).",
        operator=_FIRESTORE,
    ),
    Phase.CONNECT: Diagnosis(
        meaning="There was no connection to the model's server within `OPENAI_CONNECT_SECONDS`.",
        operator="See that `OPENAI_BASE_URL` is right, and that its name resolves.",
    ),
    Phase.FIRST_TOKEN: Diagnosis(
        meaning="The model sent no text within `OPENAI_FIRST_TOKEN_SECONDS`.",
        operator="If the model always needs that long, raise `OPENAI_FIRST_TOKEN_SECONDS`, and "
        "deploy.",
    ),
    Phase.IDLE: Diagnosis(
        meaning="The model fell silent within its story for `OPENAI_IDLE_SECONDS`.",
        operator="If the model always pauses that long, raise `OPENAI_IDLE_SECONDS`, and deploy.",
    ),
    Phase.STREAM: Diagnosis(
        meaning="The model was still telling when the story's time was up.",
        operator="Give stories more time with the knob `deadlineSec`, in force within ten seconds.",
    ),
    Phase.STORE: Diagnosis(
        meaning="Firestore did not take the story's end in time, or did not answer the deep health "
        "check. A story that is whole goes out all the same, as `unsaved`.",
        operator=_FIRESTORE,
    ),
}

CAUSES: Mapping[Cause, Diagnosis] = {
    Cause.OVERLOAD: Diagnosis(
        meaning="This instance was busy itself: its threads, its CPU or its memory.",
        operator="Let fewer stories in with the knob `limits.storiesAtOnce`, in force within ten "
        "seconds. For good, lower `THREADS`, so that an instance serves fewer calls at once, and "
        "raise `MAX_INSTANCES`; where it was memory, raise `MEMORY_MB` "
        "(`functions/conteur/entrypoints/options.py`). These need a deploy.",
    ),
    Cause.NETWORK: Diagnosis(
        meaning="A server could not be reached.",
        operator="See that the functions' traffic may reach the one that the phase names, and look "
        "at its status page.",
    ),
    Cause.SLOW_MODEL: Diagnosis(
        meaning="The model was reached, and too slow.",
        operator="Look at status.openai.com, and have another model tell with the knob `models`, "
        "in force within ten seconds.",
    ),
}
