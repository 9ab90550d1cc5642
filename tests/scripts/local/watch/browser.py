"""Chromium, showing the page."""

from typing import Any

from tests.clients.client import Client


class Browser:
    """One page at a time; what is waited for fails the test when it does not come."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def open(self, url: str) -> None:
        self._do("open", url=url)

    def shown(self, selector: str, text: str = "") -> None:
        """Wait until an element that has the text is visible."""
        self._do("shown", selector=selector, text=text)

    def text(self, selector: str, text: str = "") -> str:
        return str(self._do("text", selector=selector, text=text))

    def count(self, selector: str) -> int:
        return int(self._do("count", selector=selector))

    def press(self, selector: str, key: str) -> None:
        self._do("press", selector=selector, key=key)

    def fits(self, selector: str) -> bool:
        """Tell whether nothing of the element is cut off below."""
        return bool(self._do("fits", selector=selector))

    def address(self) -> str:
        return str(self._do("address"))

    def noise(self) -> dict[str, list[str]]:
        """Return what the console has said, and the hosts that were asked for anything."""
        noise: dict[str, list[str]] = self._do("noise")
        return noise

    def _do(self, action: str, **job: str) -> Any:  # noqa: ANN401 - a value of JSON
        return self._client.start({"action": action, **job}).record()["answer"]
