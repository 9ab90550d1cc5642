"""A reserved port is free, and nobody else's."""

import socket

from scripts.local.ports import HOST, reserved_ports


def test_a_reserved_port_can_be_listened_on() -> None:
    """A reserved port is free for the server that it is reserved for."""
    with reserved_ports(1) as (port,), socket.create_server((HOST, port)) as server:
        assert server.getsockname() == (HOST, port)


def test_reservations_never_share_a_port() -> None:
    """Reservations that hold at the same time have no port in common."""
    with reserved_ports(200) as first, reserved_ports(200) as second:
        assert len({*first, *second}) == 400


def test_a_reservation_ends_with_its_block() -> None:
    """A port can be reserved by another process when the block is left."""
    with reserved_ports(1) as (port,):
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind((HOST, port))
