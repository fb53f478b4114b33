"""The doctor for programs without asyncio."""

from __future__ import annotations

import os
from typing import Literal

from .. import _doctor, _threads
from .._doctor import DoctorReport
from .._host import run
from ._mirror import blocking


def doctor(
    host: str = "127.0.0.1",
    port: int | None = None,
    *,
    watch: float = 60.0,
    downloads: bool = True,
    pin: str | None = None,
    role: Literal["admin", "user"] | None = None,
    twin: str = "default",
    websocket_port: int | None = None,
    http_port: int | None = None,
    api_version: Literal["auto", "1", "2", 1, 2] = "auto",
    connect_timeout: float = 10.0,
    command_timeout: float = 15.0,
    tls: bool = False,
    ca_file: str | os.PathLike[str] | None = None,
) -> DoctorReport:
    given = dict(locals())
    return run(_doctor.examine(_threads.host(), given))


doctor.__doc__ = blocking(_doctor.doctor.__doc__)
