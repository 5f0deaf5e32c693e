"""Pages of other sites: those that an admin lists may ask with a token, and none with a cookie."""

from collections.abc import Collection

from litestar.config.cors import CORSConfig


def cors(origins: Collection[str]) -> CORSConfig | None:
    """None: no other site has business here, and an ``OPTIONS`` is answered 405.

    Never with credentials: a browser then keeps the answer to a cookie from the page that asked.
    """
    if not origins:
        return None
    return CORSConfig(
        allow_origins=sorted(origins),
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        expose_headers=["Retry-After", "Location", "RateLimit", "RateLimit-Policy"],
    )
