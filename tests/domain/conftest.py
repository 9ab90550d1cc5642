"""How property tests run: no time limit that a busy machine could miss, no files kept."""

from hypothesis import settings

settings.register_profile("conteur", deadline=None, database=None)
settings.load_profile("conteur")
