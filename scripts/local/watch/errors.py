"""What the page's server cannot have."""

from scripts.local.errors import LocalStackError


class UnavailableError(LocalStackError):
    """What a page asks for is not to be had now; the text is for whoever looks at the page."""
