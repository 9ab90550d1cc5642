"""The deployed functions, by name; `conteur/entrypoints/options.py` says how."""

from flask import Request, Response

from conteur.entrypoints import options
from conteur.entrypoints.application import Application
from conteur.settings import is_serving, load_settings
from conteur.telemetry import foreign

if is_serving():
    application = Application(load_settings())
    foreign.take_over()


@options.callable_function
def generate_story(request: Request) -> Response:
    """Tell a story: a callable that answers whole or streams, as the client asks."""
    return application.story.answer(request)


@options.callable_function
def rate_story(request: Request) -> Response:
    """Keep what a user thinks of a story: one to five stars, and why."""
    return application.library.rate_story.answer(request)


@options.callable_function
def delete_story(request: Request) -> Response:
    """Delete one of the user's stories, for good."""
    return application.library.delete_story.answer(request)


@options.callable_function
def export_my_data(request: Request) -> Response:
    """Show a user all that is kept of them, a page at a time."""
    return application.library.export_my_data.answer(request)


@options.callable_function
def delete_my_data(request: Request) -> Response:
    """Delete all that is kept of a user."""
    return application.library.delete_my_data.answer(request)


@options.http_function
def health(request: Request) -> Response:
    """Say which version runs; with `?deep=1`, how each dependency does."""
    return application.health.answer(request)


@options.task_function
def savestory(request: Request) -> Response:
    """Store what a call could not store in time; a queue's name, and so this one, takes no `_`."""
    return application.save.answer(request)


@options.scheduled_function
def sweep_stories(request: Request) -> Response:
    """End, every minute, the stories whose attempts are dead."""
    return application.sweep.answer(request)


@options.store_function
def store_api(request: Request) -> Response:
    """Answer authors: every route below /api."""
    return application.store.answer(request)


@options.store_schedule
def tend_store(request: Request) -> Response:
    """Send, every minute, the mails that are due, and delete what has expired."""
    return application.tend_store.answer(request)
