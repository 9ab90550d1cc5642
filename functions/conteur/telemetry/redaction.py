"""What an error may say in a log, and the second net under all that is logged.

No prompt, token or key belongs in a log. Lines are made of fields that are chosen one by one;
an exception's text is chosen by nobody, and may quote what it choked on. So only texts that
never do are shown, and of all others the type and the stack.
"""

import re
import traceback
from collections.abc import Iterator

from conteur.errors import ConteurError

_PLAIN_TEXTS = (ConteurError, AttributeError, ImportError, NameError, OSError, TypeError)
_WITHHELD = "(text withheld: it may quote a request)"

SHORTEST = 11  # of anything below, such as `sk-` and eight more

# What looks like a secret, by what stands in each such text in lower case.
#
# The time is linear in the text's length: what may be long is not preceded by its own kind, so
# that each run of characters is read from its beginning only, or it is bounded.
_RULES = {
    # OpenAI's keys and those like them, Stripe's, and the secrets of Stripe's webhooks
    ("sk-", "sk_", "rk_", "pk_", "whsec_"): r"\b(?:sk|rk|pk|whsec)[-_][\w-]{8,}",
    # GitHub's tokens
    ("ghp_", "gho_", "ghs_", "ghu_", "ghr_"): r"\bgh[opsur]_\w{16,}",
    # Google's API keys, access tokens and OAuth client secrets
    ("aiza",): r"\bAIza[\w-]{20,}",
    ("ya29.",): r"\bya29\.[\w.-]{8,}",
    ("gocspx-",): r"\bGOCSPX-[\w-]{8,}",
    # Slack's tokens, and its hooks, which are secrets as a whole; SendGrid's keys
    ("xox",): r"\bxox[a-z]-[\w-]{8,}",
    ("hooks.slack.com/",): r"\bhooks\.slack\.com/[\w/-]+",
    ("sg.",): r"\bSG\.[\w-]{8,}\.[\w-]{8,}",
    ("bearer",): r"\b(?i:bearer)\s+[\w.~+/=-]+",
    ("authorization",): r"\b(?i:authorization)\b[\"']?\s{0,9}[:=]\s{0,9}[\"']?"
    r"(?:\w{1,20}\s{1,9})?[^\s\"',]+",
    ("basic",): r"\b[Bb]asic\s+(?=[a-z]*[A-Z\d+/=])[\w+/]{8,}={0,2}",
    # JSON Web Tokens, unsigned ones too
    ("eyj",): r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*",
    # keys and certificates in PEM, also where only the beginning is there
    ("-----begin",): r"-----BEGIN [A-Z ]{0,40}-----(?s:.*?)(?:-----END [A-Z ]{0,40}-----|\Z)",
    # user and password in an address
    ("://",): r"(?<=://)[^\s/@:]{0,100}:[^\s@]{1,200}@",
    # signatures of providers' calls; members of addresses and connection strings
    ("=",): r"\b(?:v\d|sha256)=[0-9a-f]{32,}"
    r"|(?i:\b(?:password|passwd|pwd|token|secret|api_?key|signature|sig)=|[?&]key=)"
    r"[^\s&\"',;]+",
}
_HINTS = tuple(hint for hints in _RULES for hint in hints)
_SECRETS = re.compile("|".join(_RULES.values()))


def scrub(text: str) -> str:
    """Return the text without anything that looks like a key, a token or a password."""
    # Most texts have no hint, and cost a microsecond instead of one for three characters.
    if len(text) < SHORTEST or not any(map(text.lower().__contains__, _HINTS)):
        return text
    return _SECRETS.sub("[REDACTED]", text)


def describe(error: BaseException) -> str:
    """Return the error's type, and its text where that is safe."""
    text = str(error) if isinstance(error, _PLAIN_TEXTS) else _WITHHELD
    return f"{type(error).__qualname__}: {text}"


def stack(error: BaseException) -> str:
    """Return the traceback with all causes, in Python's own format, texts by `describe`.

    Error Reporting knows the format:
    https://cloud.google.com/error-reporting/docs/formatting-error-messages
    """
    return "\n".join(_stacks(error, set()))


def _stacks(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in seen:
        yield from _stacks(cause, seen)
        yield "\nAfter it:\n"
    frames = "".join(traceback.format_tb(error.__traceback__))
    yield f"Traceback (most recent call last):\n{frames}{describe(error)}"
