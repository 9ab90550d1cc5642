"""All functions that apps call, in one process: `/rate_story` calls that one, `/` tells stories.

functions-framework serves this file in place of `functions/main.py`; deployed, each function has
a service of its own.
"""

from flask import Request, Response

import main


def generate_story(request: Request) -> Response:
    """Have the function answer that the path names."""
    function = getattr(main, request.path.strip("/"), main.generate_story)
    answer: Response = function(request)
    return answer
