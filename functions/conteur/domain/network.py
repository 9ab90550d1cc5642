"""Where a call comes from, and how that is counted without being kept."""

import hashlib
import hmac
import ipaddress
import re

IPV4_PREFIX = 24
IPV6_PREFIX = 56  # what a home is given at least: https://www.ripe.net/publications/docs/ripe-690
HASH_DIGITS = 32

_PORT = re.compile(r"\[(?P<v6>[^\]]*)\](?::\d{1,5})?|(?P<v4>[\d.]+):\d{1,5}")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(forwarded: str, peer: str, proxies: int) -> str:
    """Return the client's IP address, in its shortest form; empty where it is unknown.

    `forwarded` is the header X-Forwarded-For, to whose end each hop adds the address that it was
    called from: what stands before that of Google's front end, or of the `proxies` that are
    trusted in front of it, the client may have made up. `peer` called without any. A port or
    brackets are taken off, and an IPv4 address within an IPv6 one (RFC 4291, 2.5.5.2) is the
    client's.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if not hops:
        return _plain(peer)
    return _plain(hops[-1 - proxies]) if proxies < len(hops) else ""


def prefix_of(address: str) -> str:
    """Return the network that `address` belongs to, an IPv4 /24 or an IPv6 /56.

    Empty for what is no address, and for one that nobody has on the internet (private, loopback):
    that would be a proxy's.
    """
    parsed = _parsed(address)
    if parsed is None or not parsed.is_global:
        return ""
    length = IPV4_PREFIX if isinstance(parsed, ipaddress.IPv4Address) else IPV6_PREFIX
    return str(ipaddress.ip_network(f"{parsed}/{length}", strict=False))


def network_hash(prefix: str, salt: bytes) -> str:
    """Return a name for the network that tells nothing of it without `salt` (HMAC-SHA256)."""
    return hmac.new(salt, prefix.encode(), hashlib.sha256).hexdigest()[:HASH_DIGITS]


def _plain(text: str) -> str:
    address = _parsed(text)
    return "" if address is None else str(address)


def _parsed(text: str) -> _Address | None:
    """Return the address that `text` names, with or without a port; None where it names none."""
    ported = _PORT.fullmatch(text)
    bare = text if ported is None else ported["v6"] or ported["v4"]
    try:
        address = ipaddress.ip_address((bare or "").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
