"""What a client of the tests believes: nobody, as whatever it asks is plain http.

httpx reads all the authorities for each client otherwise, which takes longer than most tests.
"""

import ssl

NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
