"""What a proxy in front of us says of who asks, where it is believed and where it is not."""

from typing import Final

from inbox.web.context import AnyConnection

FORWARDED: Final = "x-forwarded-for"


def unbelieved(connection: AnyConnection) -> bool:
    """Whether somebody says that this request was passed on, and we took their address for its.

    Our server takes the address from the header of whom it believes.
    """
    told = connection.headers.get(FORWARDED)
    if told is None or connection.client is None:
        return False
    return connection.client.host not in [each.strip() for each in told.split(",")]
