"""Where a call comes from."""

import pytest

from conteur.domain.network import client_address, network_hash, prefix_of

SALT = b"of the day"


def test_googles_front_end_names_the_client() -> None:
    """The last hop is the client, and what the client wrote before it is not believed."""
    assert client_address("6.6.6.6, 8.8.4.4", "10.0.0.1", 0) == "8.8.4.4"


def test_a_trusted_proxy_names_the_client() -> None:
    """With trusted proxies the client is as many hops further left."""
    assert client_address("6.6.6.6, 8.8.4.4, 35.191.0.1", "10.0.0.1", 1) == "8.8.4.4"


def test_fewer_hops_than_proxies() -> None:
    """A call that came round the proxies is nobody's: the hop that is there is a proxy's."""
    assert client_address("8.8.4.4", "10.0.0.1", 1) == ""


def test_a_call_without_a_hop() -> None:
    """Without the header the client is who called."""
    assert client_address(" , ", "127.0.0.1", 1) == "127.0.0.1"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("8.8.4.4:443", "8.8.4.4"),
        ("::ffff:8.8.4.4", "8.8.4.4"),
        ("::FFFF:0808:0404", "8.8.4.4"),
        ("[::ffff:8.8.4.4]:443", "8.8.4.4"),
        ("2A00:1450:0:0::1", "2a00:1450::1"),
        ("[2a00:1450::1]", "2a00:1450::1"),
        ("[2a00:1450::1]:65535", "2a00:1450::1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_ways_to_write_an_address(written: str, address: str) -> None:
    """Ports, brackets, zones and mapped addresses come down to the address itself."""
    assert client_address(written, "", 0) == address


@pytest.mark.parametrize(
    "garbage",
    [
        *("unknown", "_hidden", "8.8.4", "8.8.4.4.4", "8.8.4.256", "08.8.4.4", "[]", "[]:80"),
        *("::g", "8.8.4.4:http", "2a00:1450::1]:80", "8.8.4.4/24", "é", "١.١.١.١", "1" * 5000),
    ],
)
def test_what_is_no_address(garbage: str) -> None:
    """What is no address is nobody's, and no error either."""
    assert client_address(garbage, "10.0.0.1", 0) == ""
    assert prefix_of(garbage) == ""


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("8.8.4.4", "8.8.4.0/24"),
        ("8.8.4.255", "8.8.4.0/24"),
        ("::ffff:8.8.4.4", "8.8.4.0/24"),
        ("2a00:1450:4001:8ff::1", "2a00:1450:4001:800::/56"),
        ("2a00:1450:4001:900::1", "2a00:1450:4001:900::/56"),
    ],
)
def test_network_of_an_address(address: str, prefix: str) -> None:
    """Neighbours share a network: 256 addresses of IPv4, and what a home has of IPv6."""
    assert prefix_of(address) == prefix


@pytest.mark.parametrize(
    "address",
    [
        *("", "127.0.0.1", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1"),
        *("100.64.0.1", "fd00::1", "fe80::1", "::ffff:10.1.2.3", "::"),
    ],
)
def test_nobodys_network(address: str) -> None:
    """An address that nobody has on the internet names no network, so no limit holds it."""
    assert prefix_of(address) == ""


def test_the_hash_tells_nothing_without_its_salt() -> None:
    """A network has one name a salt, another one with another salt, and none of its digits."""
    name = network_hash("8.8.4.0/24", SALT)
    assert name == "b93a92631193fdf44358d1c03e01d268"
    assert name not in {network_hash("8.8.5.0/24", SALT), network_hash("8.8.4.0/24", b"other")}
