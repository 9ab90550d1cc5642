"""The project's key of the model, and whether OpenAI takes it."""

from requests import RequestException, Session

from scripts.ops.boxes.desk import OPENAI, Desk
from scripts.ops.boxes.finding import Finding, failed, passed
from scripts.ops.operations.errors import OperationError
from scripts.ops.place import Place, find_place
from scripts.ops.secrets import ENDPOINT, read_secret

KEY = "OPENAI_API_KEY"
LIMITS = (5.0, 15.0)  # seconds until it must be connected, and until it must answer
_OK, _UNAUTHORIZED, _TOO_MANY = 200, 401, 429
_ADD = (
    f"Make a key in the project of OpenAI's, add it as a version of the secret {KEY} "
    "(docs/deploy.md, step 3), and try again."
)


def place_of(desk: Desk) -> Place:
    """Return where the project's secrets are. Raises PlaceError."""
    site = desk.site
    return find_place(site.root, site.name, site.environ, local=False, emulators=(ENDPOINT,))


def look(desk: Desk) -> Finding:
    """Return whether OpenAI lists its models for the key, which costs nothing.

    https://platform.openai.com/docs/api-reference/models/list. Raises SecretError, OperationError.
    """
    key = read_secret(place_of(desk), KEY)
    return judge(_status(desk.openai, key))


def judge(status: int) -> Finding:
    """Return what the answer's HTTP status says of the key."""
    if status == _OK:
        return passed("it is there, and OpenAI takes it")
    if status == _UNAUTHORIZED:
        return failed("OpenAI does not know the key", _ADD)
    if status == _TOO_MANY:
        return failed(
            "OpenAI says that the key's quota is used up, or asks too often (429)",
            "Look at the limits and the credit of OpenAI's project, and try again.",
        )
    return failed(f"OpenAI answered {status}", f"Look at https://status.openai.com. {_ADD}")


def _status(base: str, key: str) -> int:
    with Session() as session:
        session.trust_env = base == OPENAI  # no proxy leads to this machine
        try:
            reply = session.get(
                f"{base}/models",
                headers={"Authorization": f"Bearer {key}"},
                timeout=LIMITS,
                allow_redirects=False,  # the key would go with it
            )
        except (RequestException, ValueError, UnicodeError) as error:
            # From None: the error's own words may repeat what was sent.
            raise OperationError(
                f"OpenAI could not be asked ({type(error).__name__}). Check the network and "
                "https://status.openai.com, and that the secret is one line of plain letters."
            ) from None
    return reply.status_code
