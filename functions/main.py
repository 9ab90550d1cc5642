"""The deployed functions, by name; `conteur/entrypoints/options.py` says how."""

from flask import Request, Response

from conteur.entrypoints.application import Application
from conteur.entrypoints.options import (
    callable_function,
    http_function,
    scheduled_function,
    task_function,
)
from conteur.settings import is_serving, load_settings

if is_serving():
    application = Application(load_settings())


@callable_function
def generate_story(request: Request) -> Response:
    """Tell a story: a callable that answers whole or streams, as the client asks."""
    return application.story.answer(request)


@http_function
def health(request: Request) -> Response:
    """Say which version runs; with `?deep=1`, how each dependency does."""
    return application.health.answer(request)


@task_function
def savestory(request: Request) -> Response:
    """Store what a call could not store in time; a queue's name, and so this one, takes no `_`."""
    return application.save.answer(request)


@scheduled_function
def sweep_stories(request: Request) -> Response:
    """End, every minute, the stories whose attempts are dead."""
    return application.sweep.answer(request)
