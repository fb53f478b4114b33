"""The same for programs without asyncio: every call blocks until it is done.

    with trueroom.sync.connect("192.168.1.20", pin="1234") as room:
        info = room.command("getSystemInfo")

A room may be used from any thread. Ctrl-C ends a call that waits. Each handler has a thread of its
own, which does not keep the program alive. Works in Jupyter and under debuggers: there is no event
loop.
"""

from .._doctor import DoctorReport
from ._doctor import doctor
from ._files import Changes, FileRequest, Files, Progression
from ._fleet import Fleet, FleetFiles, FleetStream
from ._room import EventStream, Expectation, Room, connect

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
