import socket
import sys

import pytest

from inbox.server.failure import Failure
from inbox.server.listening_socket import UNREAD_MS, listen


def test_port_0_is_a_free_port_and_known_before_anything_runs() -> None:
    with listen("127.0.0.1", 0) as opened:
        port = opened.getsockname()[1]
        assert port > 0
        socket.create_connection(("127.0.0.1", port)).close()


def test_a_port_in_use_is_said_in_one_sentence() -> None:
    with listen("127.0.0.1", 0) as opened:
        port = opened.getsockname()[1]
        with pytest.raises(Failure, match=f"Port {port} on 127.0.0.1 is in use"):
            listen("127.0.0.1", port)
    listen("127.0.0.1", port).close()


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host"])
def test_an_address_of_another_machine_is_said_in_one_sentence(host: str) -> None:
    with pytest.raises(Failure, match="INBOX_HOST"):
        listen(host, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_USER_TIMEOUT is of Linux")
def test_who_stops_reading_is_let_go() -> None:
    with listen("127.0.0.1", 0) as opened:
        client = socket.create_connection(opened.getsockname())
        accepted, _ = opened.accept()
        option = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        assert option == UNREAD_MS
        accepted.close()
        client.close()
