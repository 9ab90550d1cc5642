"""The metrics' groups, by the beginnings of their paths: each metric is in exactly one."""

from collections.abc import Mapping

GROUPS: Mapping[str, tuple[str, ...]] = {
    "calls": ("executions", "execution_seconds", "requests/", "jobs/"),
    "stories": (
        *("story/words", "story/first_token_seconds", "story/generation_seconds"),
        *("story/checkpoints", "story/unsaved", "story/saved_late", "story/swept"),
        *("story/quality_flags", "story/leaks_stopped"),
    ),
    "money": ("model/", "story/cost_micros", "story/tokens", "budget/"),
    "guards": (*("config/", "account/", "network/", "memory/", "cpu/", "secret/", "moderation/"),),
    "users": ("story/ratings", "story/rating_changes", "story/deleted"),
    "store": ("store/",),
    "operations": ("operations/",),
}
