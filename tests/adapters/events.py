"""Events of the two dialects, as the servers send them."""

import json


def event(payload: object) -> bytes:
    return b"data: " + json.dumps(payload).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def chat_chunk(text: str | None = None, finish: str | None = None, **delta: object) -> bytes:
    content = {} if text is None else {"content": text}
    return event(
        {
            "id": "chatcmpl-1",
            "model": "told-model",
            "choices": [{"index": 0, "delta": content | delta, "finish_reason": finish}],
        }
    )


def chat_usage(sent: int, written: int) -> bytes:
    return event(
        {
            "model": "told-model",
            "choices": [],
            "usage": {"prompt_tokens": sent, "completion_tokens": written},
        }
    )


STORY_END = (chat_chunk(finish="stop"), chat_usage(5, 2), DONE)
STORY = (chat_chunk("Once "), chat_chunk("upon"), *STORY_END)


def response_delta(text: str) -> bytes:
    return event({"type": "response.output_text.delta", "delta": text})


def response_end(kind: str = "completed", **members: object) -> bytes:
    usage = {"input_tokens": 7, "output_tokens": 9}
    response = {"model": "told-model", "usage": usage} | members
    return event({"type": f"response.{kind}", "response": response})
