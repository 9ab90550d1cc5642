"""Addresses that authors and readers are given."""


def store_url(api_url: str, slug: str) -> str:
    """Return where anybody finds the store of that slug."""
    return f"{api_url}/api/stores/{slug}"
