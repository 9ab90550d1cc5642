"""The languages that stories are told in, and the tags that phones and browsers name them by."""

import re

PRIMARY_TAGS = (
    *("fr", "en", "es", "de", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs"),
    *("ro", "hu", "el", "tr", "uk", "ru", "ar", "he", "hi", "ja", "ko", "zh"),
)

# Browsers may say `no` where Bokmål is meant, and Java before 17 spells Hebrew `iw`
# (java.util.Locale, "Legacy language codes").
_OTHER_SPELLINGS = {"no": "nb", "iw": "he"}

# Android 14 and later put a user's regional preferences behind `-u-`
# (`fr-FR-u-mu-celsius`): they say nothing about the language.
_TAG = re.compile(
    r"(?P<primary>[a-z]{2})"
    r"(?:[-_](?P<script>[a-z]{4}))?"
    r"(?:[-_](?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?:-u(?:-[a-z0-9]{2,8}){1,8})?",
    re.IGNORECASE | re.ASCII,
)


def normalise_tag(tag: str) -> str | None:
    """Return `tag` in the letter case of RFC 5646 section 2.1.1, or None for no language of ours.

    Underscores, as in the locales of iOS and Android (`zh_Hant_TW`), are taken for hyphens.
    """
    match = _TAG.fullmatch(tag)
    if match is None:
        return None
    primary = match["primary"].lower()
    primary = _OTHER_SPELLINGS.get(primary, primary)
    if primary not in PRIMARY_TAGS:
        return None
    script, region = match["script"] or "", match["region"] or ""
    return "-".join(filter(None, (primary, script.title(), region.upper())))


def primary_tag(tag: str) -> str:
    """Return the language alone: `zh` for `zh-Hant-TW`."""
    return tag.partition("-")[0]
