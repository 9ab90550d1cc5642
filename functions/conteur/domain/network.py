"""Where a call comes from."""


def client_address(forwarded: str, peer: str, proxies: int) -> str:
    """Return the client's IP address; empty where it is unknown.

    `forwarded` is the header X-Forwarded-For, to whose end each hop adds the address that it was
    called from: what stands before that of Google's front end, or of the `proxies` that are
    trusted in front of it, the client may have made up. `peer` called without any.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if not hops:
        return peer
    return hops[-1 - proxies] if proxies < len(hops) else ""
