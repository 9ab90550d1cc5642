"""The prompts' templates, a folder for each version; adapters/prompt_files.py reads them."""

VERSIONS = ("story-2", "story-3")
"""The versions that there are, the usual one first."""
