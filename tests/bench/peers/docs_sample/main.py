"""The yardstick: the story-teller that Firebase's pages lead to.

Clients are made once and kept, the key is read once, and a whole answer is asked for whole. A
callable in Python cannot stream (https://github.com/firebase/firebase-functions-python), so the
stream is a request function that speaks the callable protocol.
"""

import json
import os
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import firebase_admin
import loopback  # type: ignore[import-not-found] # served from its own folder
from firebase_admin import auth
from firebase_functions import https_fn, options
from flask import Request, Response
from google.cloud import firestore, monitoring_v3, secretmanager
from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

PROJECT = os.environ["GOOGLE_CLOUD_PROJECT"]
MODEL = os.environ["OPENAI_MODEL"]
INSTRUCTIONS = "You tell stories to children. Begin with the title, on a line of its own."
METRIC = "custom.googleapis.com/stories/seconds"

firebase_admin.initialize_app(loopback.NoCredentials())
database = firestore.Client(project=PROJECT)
secrets = secretmanager.SecretManagerServiceClient(**loopback.secret_manager())
metrics = monitoring_v3.MetricServiceClient(**loopback.monitoring())


@cache
def openai_client() -> OpenAI:
    """Return the model's client, made at the first story."""
    name = f"projects/{PROJECT}/secrets/OPENAI_API_KEY/versions/latest"
    secret = secrets.access_secret_version(name=name)
    return OpenAI(api_key=secret.payload.data.decode())


@https_fn.on_call()
def generate_story(request: https_fn.CallableRequest[Any]) -> dict[str, Any]:
    """Tell a story, and answer when it is told."""
    if request.auth is None or request.auth.uid is None:
        raise https_fn.HttpsError(
            https_fn.FunctionsErrorCode.UNAUTHENTICATED, "Sign in to be told a story."
        )
    began = time.time()
    prompt = str(request.data["prompt"])
    completion = openai_client().chat.completions.create(model=MODEL, messages=messages(prompt))
    return keep(request.auth.uid, prompt, completion.choices[0].message.content or "", began)


@https_fn.on_request(cors=options.CorsOptions(cors_origins="*", cors_methods=["post"]))
def stream_story(request: Request) -> Response:
    """Tell a story, and send each piece as it comes."""
    try:
        user = auth.verify_id_token(request.headers["Authorization"].removeprefix("Bearer "))
    except (KeyError, ValueError, auth.InvalidIdTokenError):
        error = {"status": "UNAUTHENTICATED", "message": "Sign in to be told a story."}
        return Response(json.dumps({"error": error}), 401, content_type="application/json")
    prompt = str(request.get_json()["data"]["prompt"])
    return Response(events(user["uid"], prompt), content_type="text/event-stream")


def events(uid: str, prompt: str) -> Iterator[str]:
    """Yield each piece of a story, then the result, as the callable protocol's events."""
    began = time.time()
    pieces = []
    stream = openai_client().chat.completions.create(
        model=MODEL, messages=messages(prompt), stream=True
    )
    for chunk in stream:
        if chunk.choices and (piece := chunk.choices[0].delta.content):
            pieces.append(piece)
            yield event(message={"text": piece})
    yield event(result=keep(uid, prompt, "".join(pieces), began))


def event(**content: object) -> str:
    """Return an event of the callable protocol."""
    return f"data: {json.dumps(content)}\n\n"


def messages(prompt: str) -> list[ChatCompletionMessageParam]:
    """Return what the model is told."""
    return [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": prompt}]


def keep(uid: str, prompt: str, text: str, began: float) -> dict[str, Any]:
    """Store a story, count it, and return the result."""
    story = database.collection("users").document(uid).collection("stories").document()
    story.set({"prompt": prompt, "text": text, "createdAt": firestore.SERVER_TIMESTAMP})
    count(story.id, began)
    return {"storyId": story.id, "story": {"text": text}}


def count(story_id: str, began: float) -> None:
    """Write how many seconds a story took, as a series of its own: one may have no two points.

    https://cloud.google.com/monitoring/quotas: points of a series are 5 seconds apart.
    """
    ended = time.time()
    seconds, nanos = int(ended), int(ended % 1 * 1e9)
    interval = monitoring_v3.TimeInterval({"end_time": {"seconds": seconds, "nanos": nanos}})
    point = monitoring_v3.Point({"interval": interval, "value": {"double_value": ended - began}})
    series = monitoring_v3.TimeSeries()
    series.metric.type = METRIC
    series.metric.labels["story"] = story_id
    series.resource.type = "global"
    series.resource.labels["project_id"] = PROJECT
    series.points = [point]
    metrics.create_time_series(name=f"projects/{PROJECT}", time_series=[series])


def tell(request: Request) -> Response:
    """Serve both functions on one port, as the bench has one for each peer."""
    if request.accept_mimetypes.best == "text/event-stream":
        return stream_story(request)
    told: Response = generate_story(request)  # type: ignore[arg-type] # as on_call is typed
    return told
