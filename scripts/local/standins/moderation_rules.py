"""What OpenAI's moderation takes, and what it answers: decisions only.

Sources: https://platform.openai.com/docs/api-reference/moderations/create and the types of openai
3.54.0 (`types/moderation*.py`).
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

CATEGORIES = (
    *("harassment", "harassment/threatening", "hate", "hate/threatening"),
    *("illicit", "illicit/violent", "self-harm", "self-harm/instructions", "self-harm/intent"),
    *("sexual", "sexual/minors", "violence", "violence/graphic"),
)
MODELS = (
    *("omni-moderation-latest", "omni-moderation-2024-09-26"),
    *("text-moderation-latest", "text-moderation-stable"),
)
USUAL_MODEL = MODELS[0]
_MEMBERS = {"input", "model"}


class RefusalError(Exception):
    """A request that is not taken: the status, and the error's code, text and parameter."""

    def __init__(
        self, status: int, code: str | None, message: str, param: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.param = param

    def document(self) -> dict[str, object]:
        """Return the answer's body."""
        kind = (
            "invalid_request_error"
            if self.status < HTTPStatus.INTERNAL_SERVER_ERROR
            else "server_error"
        )
        error = {"message": self.message, "type": kind, "param": self.param, "code": self.code}
        return {"error": error}


def texts_in(body: bytes) -> tuple[list[str], str]:
    """Return the texts that a request holds, and its model. Raises RefusalError."""
    try:
        request = json.loads(body)
    except ValueError:
        raise _bad("We could not parse the JSON body of your request.") from None
    if not isinstance(request, Mapping):
        raise _bad("The body must be an object.")
    if unknown := sorted(request.keys() - _MEMBERS):
        raise _bad(f"Unrecognized request argument supplied: {unknown[0]}", unknown[0])
    model = request.get("model", USUAL_MODEL)
    if model not in MODELS:
        raise RefusalError(
            HTTPStatus.NOT_FOUND, "model_not_found", "The model does not exist.", "model"
        )
    return _texts(request.get("input")), model


def answer_to(texts: Sequence[str], model: str, harmful: Mapping[str, str]) -> dict[str, object]:
    """Return the answer that flags each text for the categories of its harmful words."""
    results = [_result(text, harmful) for text in texts]
    return {"id": "modr-standin", "model": model, "results": results}


def _texts(given: object) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts:
        raise _bad("'input' must be a string or a list that is not empty.", "input")
    if not all(isinstance(text, str) and text for text in texts):
        raise _bad("Each input must be a string that is not empty.", "input")
    return texts


def _result(text: str, harmful: Mapping[str, str]) -> dict[str, object]:
    found = {category for word, category in harmful.items() if word in text}
    if unknown := found - set(CATEGORIES):
        raise ValueError(f"{sorted(unknown)} are no categories of OpenAI's")
    return {
        "flagged": bool(found),
        "categories": {name: name in found for name in CATEGORIES},
        "category_scores": {name: 0.99 if name in found else 0.01 for name in CATEGORIES},
        "category_applied_input_types": {name: ["text"] for name in CATEGORIES},
    }


def _bad(message: str, param: str | None = None) -> RefusalError:
    return RefusalError(HTTPStatus.BAD_REQUEST, None, message, param)
