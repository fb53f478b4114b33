"""The asyncio face of a fleet."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, overload

from ._files import FileRequest
from ._fleet_base import BaseFleet, H, Registration, Results, T, checked_handler
from ._health import RoomHealth
from ._host import Host
from ._record import Record
from ._room import Room
from ._stream import Stream

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._events import Event
    from ._fleet_base import ConnectOptions


class Fleet(BaseFleet[Room]):
    """Many rooms in one program, by key; a mapping of its rooms.

    ::

        async with trueroom.Fleet(pin="1234") as fleet:
            fleet.add("lobby", "192.168.1.20")
            fleet.add("hall", "192.168.1.21", pin="5678")
            async for key, event in fleet.events("connection"):
                print(key, event.state, event.reason)

    Its rooms are ordinary rooms: ``fleet["lobby"].files``. Connects are spread over time, so that
    many that lost their connection at once do not come back at once. Leaving ``async with``, or
    `close`, closes all rooms.
    """

    _room_type = Room

    def __init__(
        self,
        *,
        connect_rate: float = 100.0,
        concurrency: int = 64,
        **defaults: Unpack[ConnectOptions],
    ) -> None:
        """Args:
        connect_rate: Attempts to connect that may be made in a second, over all rooms, first ones
            and reconnects. Rooms whose last attempt failed have as many again for themselves.
        concurrency: Rooms that a command is sent to at once.
        **defaults: Options of `connect` for all rooms, such as ``pin``.
        """
        super().__init__(connect_rate, concurrency, defaults)

    def _make_host(self) -> Host:
        # Here, because asyncio takes its time, and the blocking face reads this module, too.
        from . import _loop

        return _loop.running()

    @property
    def files(self) -> FleetFiles:
        """The file requests of all rooms; see `FleetFiles`."""
        return FleetFiles(self)

    def add(self, key: str, host: str = "127.0.0.1", **options: Unpack[ConnectOptions]) -> Room:
        """Adds a room and begins to connect it.

        It does not wait: a terminal that is off is tried again and again, until the room is
        removed. Only what trying again does not mend ends it, such as a wrong PIN; `health` shows
        that.

        Args:
            key: The room's name in this fleet; any text that is not empty.
            host: Name or address of the terminal.
            **options: Options of `connect`, in place of the fleet's.

        Raises:
            UsageError: wrong argument, a key that is taken, or the fleet is closed.
        """
        return self._add(key, host, options)

    async def remove(self, key: str) -> bool:
        """Closes a room and takes it out. Nothing of it reaches handlers or streams any more.

        Args:
            key: The room's key.

        Returns:
            False when there is no such room.
        """
        return await self._remove(key)

    @overload
    def on(self, event: Event, handler: H, /, *, queue_size: int | None = None) -> H: ...
    @overload
    def on(self, event: Event, /, *, queue_size: int | None = None) -> Callable[[H], H]: ...
    def on(self, event: Event, handler: Any = None, /, *, queue_size: int | None = None) -> Any:
        """Calls a handler for every event of this name in any room; also usable as a decorator.

        The handler gets the `Room`, whose `Room.key` tells which, and the event. Rooms that are
        added later are included. For the rest it is as with `Room.on`, in each room for itself:
        an async handler finishes one event of a room before it gets the next of that room, and
        works for other rooms at the same time.

        Args:
            event: Name as for `Room.on`. ``"connection"`` tells of rooms that go up and down.
            handler: Function to call with a room and an event. Without it, a decorator is returned.
            queue_size: Events kept for each room while the handler is busy with it.

        Returns:
            The handler, unchanged.

        Raises:
            UsageError: wrong argument, or called from another event loop.
        """
        if handler is None:
            return partial(self._on, event, queue_size)
        return self._on(event, queue_size, handler)

    def _on(self, event: str, queue_size: int | None, handler: H) -> H:
        checked_handler(self._host, event, handler)
        return self._register(_EventHandler(event, handler, queue_size), handler)

    def events(self, *events: Event, queue_size: int | None = None) -> FleetStream:
        """An async iterator of ``(key, event)`` for all rooms, which listens from this call on.

        Events of a room come in order, and rooms take turns. Rooms that are added later are
        included. It ends when the fleet is closed. Where events of a room were lost because the
        loop was too slow, a ``lagged`` record with that room's key stands in the gap.

        Args:
            *events: Names as for `Room.on`; none at all means every event.
            queue_size: Events kept for each room while the consumer is busy. Default: the rooms'
                ``queue_size``.

        Raises:
            UsageError: wrong argument, or called from another event loop.
        """
        return FleetStream(self._stream(events, queue_size))

    async def command(
        self,
        method: str,
        params: Mapping[str, Any] | Record | None = None,
        /,
        *,
        rooms: Iterable[str] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
        **fields: Any,
    ) -> Results:
        """Sends a command to many rooms and waits for all answers.

        It does not fail because a room fails: then the result of that room is its error.

        Args:
            method: Wire name, such as ``"getSystemInfo"``.
            params: Parameters as a mapping, for names that are no Python names, or are those of
                other arguments here.
            rooms: Keys of the rooms. Default: all.
            limit: Most rooms at work at once. Default: the fleet's ``concurrency``.
            timeout: Longest time to wait for each room, in seconds. Default: the room's
                ``command_timeout``.
            **fields: Parameters, as for `Room.command`.

        Returns:
            The answer or error of each room.

        Raises:
            UsageError: wrong argument, or a key that no room has; nothing was sent.
        """
        return await self._command(method, params, rooms, limit, timeout, fields)

    async def wait_ready(self, timeout: float | None = None) -> dict[str, RoomHealth]:
        """Waits until every room is ready or has ended.

        Args:
            timeout: Longest time to wait, in seconds. Default: no limit.

        Returns:
            The rooms that are not ready, by key; empty when all are.
        """
        return await self._wait_ready(timeout)

    async def close(self) -> None:
        """Closes all rooms, side by side, and ends all streams. May be called again."""
        await self._close()

    async def __aenter__(self) -> Fleet:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._close()


class FleetFiles:
    """The file requests of all rooms of a fleet."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def on_request(
        self, handler: Callable[[Room, FileRequest], T]
    ) -> Callable[[Room, FileRequest], T]:
        """Calls a handler with every incoming request of any room that waits for an answer.

        As `Files.on_request` in each room, those added later included. Also usable as a decorator.

        Args:
            handler: Function to call with a `Room` and a `FileRequest`.

        Returns:
            The handler, unchanged.

        Raises:
            UsageError: wrong argument, or called from another event loop.
        """
        checked_handler(self._fleet._host, _REQUESTS, handler)
        return self._fleet._register(_RequestHandler(_REQUESTS, handler), handler)

    def off_request(self, handler: Callable[..., object] | None = None) -> None:
        """Takes a handler of `on_request` off.

        Args:
            handler: The handler; None takes all off. An unknown handler is no error.
        """
        self._fleet.off(_REQUESTS, handler)


_REQUESTS = "files.on_request"


class _EventHandler(Registration):
    """A handler of its own in each room, so that a slow one holds up one room only."""

    def __init__(
        self, event: str, handler: Callable[..., object], queue_size: int | None = None
    ) -> None:
        super().__init__(event, handler)
        self._queue_size = queue_size
        self._calls: dict[Room, Callable[[Any], object]] = {}

    def add(self, room: Room) -> None:
        handler = self.handler

        def call(item: Any) -> object:
            return handler(room, item)

        # Errors and log records name the program's function.
        call.__qualname__ = getattr(handler, "__qualname__", repr(handler))
        self._calls[room] = call
        self._listen(room, call)

    def _listen(self, room: Room, call: Callable[[Any], object]) -> None:
        room._listen(self.event, self._queue_size, False, call)

    def remove(self, room: Room) -> None:
        call = self._calls.pop(room, None)
        if call is not None:
            room._take_off(self.event, call)


class _RequestHandler(_EventHandler):
    def _listen(self, room: Room, call: Callable[[Any], object]) -> None:
        room.files.on_request(call)


class FleetStream(AsyncIterator[tuple[str, Record]]):
    """Events of all rooms, one after the other. Made by `Fleet.events`."""

    def __init__(self, stream: Stream[tuple[str, Record]]) -> None:
        self._stream = stream

    def __aiter__(self) -> FleetStream:
        return self

    async def __anext__(self) -> tuple[str, Record]:
        item = await self._stream.next()
        if item is None:
            raise StopAsyncIteration
        return item

    async def aclose(self) -> None:
        """Stops listening. Dropping the stream does the same."""
        self._stream.close()

    async def __aenter__(self) -> FleetStream:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stream.close()
