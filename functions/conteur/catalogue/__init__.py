"""Every reason for which a call may fail, as data: what is said of an error is said here only.

`errors.py` takes code, reason, `ours` and `retryable` from it; `scripts/errors` makes
`docs/errors.md`, the table of `docs/api.md` and `public/errors.json` of it.

It is loaded at every cold start, so it holds strings and frozen dataclasses only.
"""
