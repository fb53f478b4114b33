"""The blocking face of a room. Thin: what it does is in `BaseRoom`, docs are the asyncio face's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Generic, Literal

from .. import _base, _params, _room, _threads
from .._event_methods import SyncWaitMethods, WaitMethods
from .._events import E, Expected
from .._host import run
from .._record import Record
from .._stream import Stream
from ._areas import Areas
from ._files import Files
from ._mirror import blocking, mirrors

mirrors(WaitMethods)(SyncWaitMethods)


@mirrors(_room.Room)
class Room(_base.BaseRoom, Areas, SyncWaitMethods):
    """A connection to one terminal. Made by `trueroom.sync.connect`; may be used from any thread.

    It reconnects by itself (``connection`` events tell), keeps the file requests known, and
    delivers events to handlers, each in a daemon thread of its own, and to streams. Leaving
    ``with``, or `close`, ends it.
    """

    @property
    def files(self) -> Files:
        """The file requests of the terminal; see `Files`."""
        return self._get_files(Files)

    def command(
        self,
        method: str,
        params: Mapping[str, Any] | Record | None = None,
        /,
        *,
        timeout: float | None = None,
        **fields: Any,
    ) -> Record:
        return run(self._command(method, params, timeout, fields))

    def run_flow(
        self,
        flow: str,
        params: Mapping[str, Any] | Record | None = None,
        /,
        *,
        timeout: float | None = None,
        **fields: Any,
    ) -> Record:
        return run(self._run_flow(flow, _params.wire_names(flow, params, fields), timeout))

    def wait_ready(self) -> None:
        run(self._operate(op="waitReady"))

    def wait_closed(self) -> None:
        run(self._operate(op="waitClosed"))

    def close(self) -> None:
        run(self._close())

    def __enter__(self) -> Room:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class EventStream(Iterator[E], Generic[E]):
    """Events of a room, one after the other. Made by `Room.events`."""

    def __init__(self, stream: Stream[Any]) -> None:
        self._stream = stream

    def __iter__(self) -> EventStream[E]:
        return self

    def __next__(self) -> E:
        record: E | None = run(self._stream.next())
        if record is None:
            raise StopIteration
        return record

    def close(self) -> None:
        """Stops listening. Dropping the stream does the same."""
        self._stream.close()

    def __enter__(self) -> EventStream[E]:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


class Expectation(Expected[E]):
    """An event that is expected; see `Room.expect`."""

    def __enter__(self) -> Expectation[E]:
        self._arm()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.wait()
        self._disarm()

    def wait(self) -> E:
        """Waits for the event inside of the block."""
        return run(self._wait())


Room._stream_type = EventStream
Room._expectation_type = Expectation


def connect(
    host: str = "127.0.0.1",
    port: int | None = None,
    *,
    pin: str | None = None,
    role: Literal["admin", "user"] | None = None,
    twin: str = "default",
    websocket_port: int | None = None,
    http_port: int | None = None,
    api_version: Literal["auto", "1", "2", 1, 2] = "auto",
    connect_timeout: float = 10.0,
    command_timeout: float = 15.0,
    ping_interval: float = 10.0,
    ping_timeout: float = 10.0,
    reconnect: bool = True,
    takeover: bool = False,
    retry_queries: bool = False,
    tls: bool = False,
    ca_file: str | os.PathLike[str] | None = None,
    queue_size: int = 1024,
    transfer_timeout: float = 30.0,
    resync_interval: float = 60.0,
    live: bool = False,
    max_message_size: int = 16_777_216,
    max_file_size: int | None = None,
    download_urls: Sequence[str] | None = None,
) -> Room:
    given = dict(locals())
    where = _base.address(host, port)
    blocking_host = _threads.host()
    return Room(blocking_host, run(_base.open_room(blocking_host, _params.options(given))), where)


connect.__doc__ = (blocking(_room.connect.__doc__) or "").replace(
    "``room = trueroom.connect(...)``, or ``with trueroom.connect(...)",
    "``room = trueroom.sync.connect(...)``, or ``with trueroom.sync.connect(...)",
)
