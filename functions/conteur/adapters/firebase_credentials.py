"""Credentials for firebase-admin.

Importing this module imports firebase-admin: the composition root does so in the worker.
"""

from firebase_admin.credentials import ApplicationDefault, Base
from google.auth.credentials import AnonymousCredentials


class NoCredentials(Base):  # type: ignore[misc] # the library is untyped
    """For what needs none: public keys, and stand-ins for Google."""

    def get_credential(self) -> AnonymousCredentials:
        """Return credentials that sign nothing."""
        return AnonymousCredentials()


def credentials_for(endpoint: str) -> Base:
    """Return the process's own credentials, or none for a stand-in at `endpoint`."""
    return NoCredentials() if endpoint else ApplicationDefault()
