"""The product as it is served, with libraries around it that talk, on request.

functions-framework serves this file in place of `functions/main.py`.
"""

import logging
import os
import signal
import threading
import warnings

from flask import Request, Response
from google.auth.credentials import AnonymousCredentials
from google.cloud.secretmanager import SecretManagerServiceClient

import main

PROMPT = "a fox who keeps to itself"


def generate_story(request: Request) -> Response:
    """Tell a story, have everybody say what they have to say, fail, or die."""
    match request.path:
        case "/noise":
            _noise()
            return Response("")
        case "/fail":
            raise ValueError(PROMPT)
        case "/die":
            os.kill(os.getpid(), signal.SIGKILL)
    return main.generate_story(request)


def _noise() -> None:
    SecretManagerServiceClient(credentials=AnonymousCredentials())  # it quietens Google's loggers
    logging.getLogger("urllib3.connectionpool").warning("Retrying %s", PROMPT)
    logging.getLogger("google.auth").error(PROMPT)
    logging.getLogger("openai").info("Request: %s", PROMPT)
    warnings.warn(PROMPT, RuntimeWarning, stacklevel=1)
    thread = threading.Thread(target=_fail, name="noise")
    thread.start()
    thread.join()


def _fail() -> None:
    raise ValueError(PROMPT)
