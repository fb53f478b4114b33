"""Names on the wire and names in Python.

The terminal writes ``fileName``, Python reads ``file_name``. Python to wire is a plain rule. Wire
to Python is not always its reverse (``createdNDIDevices``, ``schedule_type``), so a record looks
its own keys up instead (see `_record`).
"""

from __future__ import annotations

import re
from functools import lru_cache

_ACRONYM = re.compile(r"([A-Z][A-Z0-9]*)([A-Z][a-z])")
_WORD = re.compile(r"([a-z][0-9]*)([A-Z])")
_PLAIN = re.compile(r"[a-z][a-z0-9_]*")

# Values under these names are never shown. Booleans are: "isPinNeeded" is not a secret.
_SECRET = re.compile(r"token|password|passwd|credential|secret|pin(list)?$|roomkey$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def to_wire(name: str) -> str:
    """``file_request_id`` -> ``fileRequestId``; a name in wire form stays as it is."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


@lru_cache(maxsize=4096)
def to_snake(name: str) -> str:
    """``createdNDIDevices`` -> ``created_ndi_devices``."""
    return _WORD.sub(r"\1_\2", _ACRONYM.sub(r"\1_\2", name)).lower()


@lru_cache(maxsize=4096)
def is_field_name(name: str) -> bool:
    """Whether a missing attribute of this name reads as a field that was not sent."""
    return _PLAIN.fullmatch(to_snake(name)) is not None


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether a field of this name may hold a PIN, a password or a token."""
    return _SECRET.search(name) is not None


def pascal(name: str) -> str:
    """``remote_camera`` -> ``RemoteCamera``."""
    return "".join(word.capitalize() for word in name.split("_"))
