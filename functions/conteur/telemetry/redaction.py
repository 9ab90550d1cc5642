"""What an error may say in a log, and the second net under all that is logged.

No prompt, token or key belongs in a log. Lines are made of fields that are chosen one by one;
an exception's text is chosen by nobody, and may quote what it choked on. So only what cannot is
shown: our own texts, the system's words for a number, and the fixed part of what Python itself
says. Of all others the type and the stack are.
"""

import errno
import os
import re
import traceback

from conteur.errors import ConteurError

WITHHELD = "(text withheld: it may quote a request)"

# Libraries' classes of these say what they like.
_OF_PYTHON = {
    *(AttributeError, ImportError, ModuleNotFoundError),
    *(NameError, TypeError, UnboundLocalError),
}
_NAME = r"[\w.<>]{1,100}"  # of a type, a module, a function or a variable
# How Python's own texts begin. What follows may be a name that a request chose, and is left out:
# an attribute's, a keyword's.
_BEGINNINGS = (
    rf"'{_NAME}' object is not (?:iterable|callable|subscriptable|an iterator)",
    rf"'{_NAME}' object (?:does not support item|cannot be interpreted as an integer)",
    rf"(?:'{_NAME}' object|type object '{_NAME}'|module '{_NAME}') has no attribute",
    rf"{_NAME}\(\) got (?:an unexpected keyword argument|multiple values for argument)",
    rf"{_NAME}\(\) missing \d+ required [\w-]{{1,20}} arguments?",
    rf"{_NAME}\(\) takes (?:no|from|exactly one|\d+) [\w ]{{0,40}}argument",
    rf"unsupported operand type\(s\) for [^\w\s]{{1,3}}: '{_NAME}' and '{_NAME}'",
    rf"'[<>=]{{1,2}}' not supported between instances of '{_NAME}' and '{_NAME}'",
    rf"object of type '{_NAME}' has no len\(\)",
    rf"(?:unhashable type:|argument of type) '{_NAME}'",
    rf"cannot unpack non-iterable {_NAME} object",
    rf"can only concatenate \w{{1,20}} \(not \"{_NAME}\"\)",
    rf"\w{{1,20}} indices must be integers(?: or slices)?, not '?{_NAME}'?",
    rf"Object of type {_NAME} is not JSON serializable",
    rf"No module named '{_NAME}'",
    rf"cannot import name '{_NAME}' from (?:partially initialized module )?'{_NAME}'",
    rf"name '{_NAME}' is not defined",
    rf"cannot access (?:local|free) variable '{_NAME}'",
)
_MOST_CAUSES = 20  # shown of a chain of errors: a loop may have wrapped each in the next

SHORTEST = 11  # of anything below, such as `sk-` and eight more

_IS = r"[\\\"']{0,2}\s{0,9}[:=]\s{0,9}"
_VALUE = r"(?:\"[^\"]{1,200}\"|'[^']{1,200}'|[\\\"']{0,2}[^\s&\"',;]+)"

# What looks like a secret, by what stands in each such text in lower case.
#
# The time is linear in the text's length: what may be long is not preceded by its own kind, so
# that each run of characters is read from its beginning only, or it is bounded.
_RULES = {
    # OpenAI's keys and those like them, Stripe's, and the secrets of Stripe's webhooks
    ("sk-", "sk_", "rk_", "pk_", "whsec_"): r"\b(?:sk|rk|pk|whsec)[-_][\w-]{8,}",
    # GitHub's and GitLab's tokens, and the ids of Amazon's keys
    ("ghp_", "gho_", "ghs_", "ghu_", "ghr_"): r"\bgh[opsur]_\w{16,}",
    ("github_pat_", "glpat-"): r"\b(?:github_pat_|glpat-)[\w-]{8,}",
    ("akia", "asia"): r"\b(?:AKIA|ASIA)[A-Z\d]{12,}",
    # Google's API keys, access tokens and OAuth client secrets
    ("aiza",): r"\bAIza[\w-]{20,}",
    ("ya29.",): r"\bya29\.[\w.-]{8,}",
    ("gocspx-",): r"\bGOCSPX-[\w-]{8,}",
    # Slack's tokens, and its hooks, which are secrets as a whole; SendGrid's keys
    ("xox",): r"\bxox[a-z]-[\w-]{8,}",
    ("hooks.slack.com/",): r"\bhooks\.slack\.com/[\w/-]+",
    ("sg.",): r"\bSG\.[\w-]{8,}\.[\w-]{8,}",
    # a token has a digit, a sign between letters, or more letters than a word
    ("bearer",): r"\b(?i:bearer)\s+(?=[A-Za-z]*(?:\d|[.~+/=_-]\w)|[A-Za-z]{20})[\w.~+/=-]+",
    ("authorization",): r"\b(?i:authorization)\b[\"']?\s{0,9}[:=]\s{0,9}[\"']?"
    r"(?:\w{1,20}\s{1,9})?[^\s\"',]+",
    ("basic",): r"\b[Bb]asic\s+(?![A-Z][a-z]+(?![\w+/=]))(?=[a-z]*[A-Z\d+/=])[\w+/]{8,}={0,2}",
    # JSON Web Tokens, unsigned ones too
    ("eyj",): r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*",
    # keys and certificates in PEM, also where only the beginning is there
    ("-----begin",): r"-----BEGIN [A-Z ]{0,40}-----(?s:.*?)(?:-----END [A-Z ]{0,40}-----|\Z)",
    # user and password in an address
    ("://",): r"(?<=://)[^\s/@:]{0,100}:[^\s@]{1,200}@",
    # signatures of providers' calls
    ("=",): r"\b(?:v\d|sha256)=[0-9a-f]{32,}",
    # members of addresses, connection strings, headers and documents: a password is whatever
    # follows, of the others a text may say something after a colon
    ("?key=", "&key=", "sig="): rf"(?i:[?&]key|\bsig)={_VALUE}",
    ("passw", "pwd", "api_key", "api-key", "apikey"): r"(?i:password|passwd|pwd|api[_-]?key)"
    rf"{_IS}{_VALUE}",
    ("token", "secret", "signature"): r"(?i:token|secret|signature)"
    rf"(?:=|[\\\"']{{1,2}}\s{{0,9}}:\s{{0,9}}|{_IS}(?=[\w.~+/-]{{0,99}}\d)){_VALUE}",
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
    """Return the error's type, and of its text what cannot quote anything."""
    return f"{type(error).__qualname__}: {_said(error)}"


def _said(error: BaseException) -> str:
    if isinstance(error, ConteurError):
        return str(error)
    if isinstance(error, OSError):
        return _of_the_system(error)
    if type(error) in _OF_PYTHON:
        begins = re.match("|".join(_BEGINNINGS), text := str(error))
        if begins:
            return text if begins[0] == text else f"{begins[0]} ..."
    return WITHHELD


def _of_the_system(error: OSError) -> str:
    """Return the error's number, and the system's own words for it: an error brings others."""
    number = error.errno
    if type(number) is not int:
        return WITHHELD
    is_the_systems = type(error).__module__ == "builtins" and number in errno.errorcode
    return f"[Errno {number}] {os.strerror(number) if is_the_systems else WITHHELD}"


def stack(error: BaseException) -> str:
    """Return the traceback with its causes, the first one first, texts by `describe`.

    The format is Python's own, which Error Reporting knows:
    https://cloud.google.com/error-reporting/docs/formatting-error-messages
    """
    return "\n\nAfter it:\n\n".join(map(_one_stack, reversed(_chain(error))))


def _chain(error: BaseException) -> list[BaseException]:
    """Return the error, its cause, the cause's own and so on."""
    chain: dict[int, BaseException] = {}
    link: BaseException | None = error
    while link is not None and id(link) not in chain and len(chain) < _MOST_CAUSES:
        chain[id(link)] = link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return [*chain.values()]


def _one_stack(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"Traceback (most recent call last):\n{frames}{describe(error)}"
