"""conteur: the story-telling backend that apps call through Firebase."""

__version__ = "0.1.0"
