"""Names on the wire and names in Python; the rules are native, since records need them there."""

from __future__ import annotations

import re
from functools import lru_cache

from ._native import to_snake, to_wire

__all__ = ["is_secret", "pascal", "to_snake", "to_wire"]

# Values under these names are never shown. Booleans are: "isPinNeeded" is not a secret.
_SECRET = re.compile(r"token|password|passwd|credential|secret|pin(list)?$|roomkey$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether a field of this name may hold a PIN, a password or a token."""
    return _SECRET.search(name) is not None


def pascal(name: str) -> str:
    """``remote_camera`` -> ``RemoteCamera``."""
    return "".join(word.capitalize() for word in name.split("_"))
