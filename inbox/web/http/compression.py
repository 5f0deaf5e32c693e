"""Pages and JSON go out compressed: HTML is three quarters air.

That a page says what a stranger wrote beside what is secret lets nobody guess the latter by its
length: no other site can make a browser ask for it (``guard.refuse_other_sites``).
"""

from typing import Final

from litestar.config.compression import CompressionConfig

AS_IT_IS: Final = {"as_it_is": True}
"""In a route's ``opt``: its bytes are counted in ranges, or compressed already."""

COMPRESSION: Final = CompressionConfig(
    backend="gzip",
    minimum_size=1_000,
    gzip_compress_level=5,
    exclude_opt_key="as_it_is",
)
