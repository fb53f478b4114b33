"""The same for programs without asyncio: every call blocks until it is done.

    with trueroom.sync.connect("192.168.1.20", pin="1234") as room:
        info = room.command("getSystemInfo")

A room may be used from any thread. Ctrl-C ends a call that waits. Each handler has a thread of its
own, which does not keep the program alive. Works in Jupyter and under debuggers: there is no event
loop.
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from .._doctor import DoctorReport
from ._doctor import doctor
from ._files import Changes, FileRequest, Files, Progression
from ._room import EventStream, Expectation, Room, connect

if _TYPE_CHECKING:
    from ._fleet import Fleet, FleetFiles, FleetStream

__all__ = [
    "Changes",
    "DoctorReport",
    "EventStream",
    "Expectation",
    "FileRequest",
    "Files",
    "Fleet",
    "FleetFiles",
    "FleetStream",
    "Progression",
    "Room",
    "connect",
    "doctor",
]


def __getattr__(name: str) -> _Any:
    # Loaded when first used: most programs have one room.
    if name in ("Fleet", "FleetFiles", "FleetStream"):
        return getattr(_import_module(f"{__name__}._fleet"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
