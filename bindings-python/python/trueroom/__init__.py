"""Control a TrueConf Room (or VideoSDK) terminal.

    async with trueroom.connect("192.168.1.20", pin="1234") as room:
        info = await room.command("getSystemInfo")

`connect` makes a `Room`: commands, events, and file requests (``room.files``). `trueroom.sync` is
the same for programs without asyncio. `trueroom.simulator` is a virtual terminal to test against.
The errors, all derived from `TrueroomError`, are in `trueroom.errors` and here. Log records go to
``logging.getLogger("trueroom")``; set logging up before connecting to see those of the core.
"""

import importlib as _importlib
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

try:
    from ._native import __version__
except ImportError as _error:
    from ._install import explain as _explain

    raise ImportError(_explain(_error), name=_error.name, path=_error.path) from _error

from . import errors
from ._area import Accepted
from ._base import Counters, State
from ._events import Event
from ._file_base import Availability, Direction, FileId, Status
from ._files import Changes, FileRequest, Files, Progression
from ._generated import CommandName, EventName
from ._record import Record
from ._room import Connecting, EventStream, Expectation, Room, connect
from .errors import (
    AuthError,
    CommandError,
    CommandTimeout,
    ConnectError,
    ConnectionLost,
    FileRequestError,
    FleetError,
    FlowError,
    RoomClosed,
    Superseded,
    TransferError,
    TrueroomError,
    UsageError,
    WaitTimeout,
)

if _TYPE_CHECKING:
    from . import areas, enums, simulator, sync, types
    from ._doctor import DoctorReport, doctor
    from ._fleet import Fleet
    from ._fleet_base import Results
    from ._health import Health, RoomHealth
    from ._library_events import ConnectionEvent, ErrorEvent, LaggedEvent, LiveEvent
    from ._live import Live, Ringing

__all__ = [
    "Accepted",
    "AuthError",
    "Availability",
    "Changes",
    "CommandError",
    "CommandName",
    "CommandTimeout",
    "ConnectError",
    "Connecting",
    "ConnectionEvent",
    "ConnectionLost",
    "Counters",
    "Direction",
    "DoctorReport",
    "ErrorEvent",
    "Event",
    "EventName",
    "EventStream",
    "Expectation",
    "FileId",
    "FileRequest",
    "FileRequestError",
    "Files",
    "Fleet",
    "FleetError",
    "FlowError",
    "Health",
    "LaggedEvent",
    "Live",
    "LiveEvent",
    "Progression",
    "Record",
    "Results",
    "Ringing",
    "Room",
    "RoomClosed",
    "RoomHealth",
    "State",
    "Status",
    "Superseded",
    "TransferError",
    "TrueroomError",
    "UsageError",
    "WaitTimeout",
    "__version__",
    "areas",
    "connect",
    "doctor",
    "enums",
    "errors",
    "simulator",
    "sync",
    "types",
]

_LAZY = {
    "ConnectionEvent": "_library_events",
    "DoctorReport": "_doctor",
    "ErrorEvent": "_library_events",
    "Fleet": "_fleet",
    "Health": "_health",
    "LaggedEvent": "_library_events",
    "Live": "_live",
    "LiveEvent": "_library_events",
    "Results": "_fleet_base",
    "Ringing": "_live",
    "RoomHealth": "_health",
    "doctor": "_doctor",
}


def __getattr__(name: str) -> _Any:
    # Loaded when first used: most programs need one face, few areas, and no simulator.
    if name in ("areas", "enums", "simulator", "sync", "types"):
        return _importlib.import_module(f"{__name__}.{name}")
    if name in _LAZY:
        return getattr(_importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
