"""One attempt's text on its way out: what may not be read is stopped here."""

from conteur.domain.prompt import Prompt
from conteur.domain.release.leak_guard import LeakGuard, is_leak
from conteur.errors import OutputBlockedError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import LEAKS_STOPPED
from conteur.use_cases.outlets import Outlet


class ReleasedText:
    """Passes on to an outlet what tells nothing of the instructions."""

    def __init__(self, prompt: Prompt, outlet: Outlet, meter: Aggregate) -> None:
        self._prompt = prompt
        self._guard = LeakGuard(prompt)
        self._outlet = outlet
        self._meter = meter

    @property
    def flags(self) -> tuple[str, ...]:
        """Return the flags of the text, final after `end`."""
        return self._outlet.flags

    def hear(self, text: str) -> None:
        """Take the next piece, and pass on what may be read now. Raises as `end`."""
        self._pass(self._guard.feed(text))

    def end(self, title: str) -> None:
        """Pass on what was held back: the text is whole, and `title` stands over it.

        Raises OutputBlockedError, and ModerationUnavailableError where a child would read.
        """
        if is_leak(self._prompt, title):
            raise self._leak()
        self._pass(self._guard.finish())
        self._outlet.end(title)

    def _pass(self, text: str) -> None:
        if self._guard.leaked:
            raise self._leak()
        if text:
            self._outlet.let_out(text)

    def _leak(self) -> OutputBlockedError:
        self._meter.count(LEAKS_STOPPED)
        logs.warning("story.leak_stopped")
        return OutputBlockedError(
            "This story told of the service's own instructions, so it was stopped. Ask for "
            "another one."
        )
