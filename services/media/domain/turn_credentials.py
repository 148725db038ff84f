"""Time-limited TURN credentials.

Source: draft-uberti-behave-turn-rest-00, as coturn implements it (``use-auth-secret``): the user name is the time at
which the credential ends, a colon and the user; the password is base64 of HMAC-SHA1 of that with the shared secret.
"""

import base64
import hashlib
import hmac
from typing import Final

LIFETIME_S: Final = 6 * 3600


def turn_credentials(secret: str, user: str, now_s: float) -> tuple[str, str]:
    """User name and password for ``user``, valid for six hours; ``now_s`` in seconds since the Unix epoch."""
    username = f"{int(now_s) + LIFETIME_S}:{user}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()
