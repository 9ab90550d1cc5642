"""The token of the synthetic author, where a store is set up."""

from collections.abc import Callable

from google.api_core.exceptions import NotFound

from conteur.settings import Environment
from conteur.settings.store import TOKEN_SECRET
from scripts.local.store import SECRETS_FILE, left_secrets
from scripts.ops.operations.site import Site
from scripts.ops.place import Place, PlaceError, stack_folder
from scripts.ops.secrets import SecretError, read_secret
from scripts.ops.token import TokenError, synthetic_token
from scripts.ops.validation.endpoints import STORE, Endpoints
from scripts.ops.validation.errors import CheckError, FoundError, LeftOutError

_NONE = "no store is set up here"


class Author:
    """Gives the synthetic author's token, made once. `read` reads a secret of the site."""

    def __init__(
        self, site: Site, endpoints: Endpoints, read: Callable[[str], str], now: Callable[[], float]
    ) -> None:
        self._site = site
        self._endpoints = endpoints
        self._read = read
        self._now = now
        self._made: str | CheckError | None = None

    def __call__(self) -> str:
        """Return the token. Raises LeftOutError where there is no store, FoundError otherwise."""
        if self._made is None:
            try:
                self._made = self._token()
            except CheckError as error:
                self._made = error
        if isinstance(self._made, CheckError):
            raise self._made
        return self._made

    def _token(self) -> str:
        if STORE not in self._endpoints:
            raise LeftOutError(_NONE)
        is_local = self._site.name == Environment.LOCAL
        place = None if is_local else place_of(self._site)
        try:
            return synthetic_token(self._read(TOKEN_SECRET), place, int(self._now()))
        except (SecretError, TokenError) as error:
            if _is_missing(error):
                raise LeftOutError(_NONE) from error
            raise FoundError(str(error)) from error
        except PlaceError as error:
            raise LeftOutError(_NONE) from error


def secret_of(site: Site, name: str) -> str:
    """Return a secret's newest version. Raises SecretError, or PlaceError for a stack without."""
    if site.name == Environment.LOCAL:
        return left_secrets(stack_folder(site.environ, SECRETS_FILE))[name]
    return read_secret(place_of(site), name)


def place_of(site: Site) -> Place:
    """Return the site's project, without emulators."""
    return Place(site.project, site.name, {})


def _is_missing(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, NotFound):
            return True
        error = error.__cause__
    return False
