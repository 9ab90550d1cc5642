"""Public keys that are kept for a minute, where they may be cached for longer."""

import pytest
from google.auth.transport import Request

from conteur.adapters.kept_certificates import KEPT_SECONDS, KeptCertificates

URL = "http://127.0.0.1/certs"
LONG = "public, max-age=20000, must-revalidate"


class Answer:
    def __init__(self, cache_control: str, status: int = 200) -> None:
        self.status = status
        self.headers = {"cache-control": cache_control}


class Server(Request):
    """Answers each request with another object; `asked` counts them, `now` is the time."""

    def __init__(self, cache_control: str, status: int = 200) -> None:
        self._answer = (cache_control, status)
        self.asked = 0
        self.now = 0.0

    def __call__(self, url: str, *_: object, **__: object) -> Answer:
        assert url.startswith(URL)
        self.asked += 1
        return Answer(*self._answer)

    def kept(self) -> KeptCertificates:
        return KeptCertificates(self, lambda: self.now)


def test_keys_are_asked_for_once_a_minute() -> None:
    """However many tokens are checked, the transport below is asked again after a minute only."""
    server = Server(LONG)
    request = server.kept()
    answers = [request(URL, method="GET") for _ in range(3)]
    assert (server.asked, len(set(map(id, answers)))) == (1, 1)
    server.now = KEPT_SECONDS
    assert request(URL, method="GET") is not answers[0]


def test_each_address_has_its_own_keys() -> None:
    """The keys of one issuer are never given for another's."""
    server = Server(LONG)
    request = server.kept()
    assert request(URL) is not request(f"{URL}/others")


@pytest.mark.parametrize(
    ("cache_control", "status"),
    [("", 200), ("no-store", 200), ("max-age=60", 200), (LONG, 500)],
)
def test_what_may_not_be_cached_for_longer_is_not_kept(cache_control: str, status: int) -> None:
    """A page in the place of the keys, or an error, is asked for again with the next token."""
    server = Server(cache_control, status)
    request = server.kept()
    request(URL)
    request(URL)
    assert server.asked == 2
