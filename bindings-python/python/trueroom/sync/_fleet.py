"""The blocking face of a fleet. Thin: what it does is in `BaseFleet`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast, overload

from .. import _fleet, _native, _params, _threads
from .._events import capacity
from .._fleet_base import BaseFleet, H, Registration, Results, T, checked_handler
from .._health import RoomHealth
from .._host import run
from .._listen import Handling, Listener
from .._record import Record
from .._stream import Stream
from ._files import FileRequest
from ._mirror import mirrors
from ._room import Room

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .._events import Event
    from .._fleet_base import ConnectOptions


@mirrors(_fleet.Fleet)
class Fleet(BaseFleet[Room]):
    """Many rooms in one program, by key; a mapping of its rooms. May be used from any thread.

    ::

        with trueroom.sync.Fleet(pin="1234") as fleet:
            fleet.add("lobby", "192.168.1.20")
            print(fleet.wait_ready(30))
            print(fleet.command("getSystemInfo").answers)

    Its rooms are ordinary rooms: ``fleet["lobby"].files``. Each handler has one thread for all
    rooms. Leaving ``with``, or `close`, closes all rooms.
    """

    _room_type = Room

    def __init__(
        self,
        *,
        connect_rate: float = 100.0,
        concurrency: int = 64,
        **defaults: Unpack[ConnectOptions],
    ) -> None:
        super().__init__(connect_rate, concurrency, defaults)
        # There is no loop to wait for, and two threads must not make two.
        self._started()

    def _make_host(self) -> _threads.ThreadHost:
        return _threads.host()

    @property
    def files(self) -> FleetFiles:
        """The file requests of all rooms; see `FleetFiles`."""
        return FleetFiles(self)

    def add(self, key: str, host: str = "127.0.0.1", **options: Unpack[ConnectOptions]) -> Room:
        return self._add(key, host, options)

    def remove(self, key: str) -> bool:
        return run(self._remove(key))

    @overload
    def on(self, event: Event, handler: H, /, *, queue_size: int | None = None) -> H: ...
    @overload
    def on(self, event: Event, /, *, queue_size: int | None = None) -> Callable[[H], H]: ...
    def on(self, event: Event, handler: Any = None, /, *, queue_size: int | None = None) -> Any:
        """Calls a handler for every event of this name in any room; also usable as a decorator.

        The handler gets the `Room`, whose `Room.key` tells which, and the event. Rooms that are
        added later are included. The handler has one thread for all rooms: events of a room come in
        order, and rooms take turns.

        Args:
            event: Name as for `Room.on`. ``"connection"`` tells of rooms that go up and down.
            handler: Function to call with a room and an event. Without it, a decorator is returned.
            queue_size: Events kept for each room while the handler is busy.

        Returns:
            The handler, unchanged.

        Raises:
            UsageError: wrong argument.
        """
        if handler is None:
            return partial(self._on, event, queue_size)
        return self._on(event, queue_size, handler)

    def _on(self, event: str, queue_size: int | None, handler: H) -> H:
        subscription = self._core.subscribe(_params.event_filter([event]), capacity(queue_size))

        def convert(room: Room, item: Any) -> object:
            return room._for_handler(event, item)

        return self._register(_MergedHandler(self, event, handler, subscription, convert), handler)

    def events(self, *events: Event, queue_size: int | None = None) -> FleetStream:
        return FleetStream(self._stream(events, queue_size))

    def command(
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
        return run(self._command(method, params, rooms, limit, timeout, fields))

    def wait_ready(self, timeout: float | None = None) -> dict[str, RoomHealth]:
        return run(self._wait_ready(timeout))

    def close(self) -> None:
        run(self._close())

    def __enter__(self) -> Fleet:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


@mirrors(_fleet.FleetFiles)
class FleetFiles:
    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def on_request(
        self, handler: Callable[[Room, FileRequest], T]
    ) -> Callable[[Room, FileRequest], T]:
        fleet = self._fleet
        subscription = fleet._core.subscribe('{"files":"requests"}', None)

        def convert(room: Room, item: Any) -> object:
            return room.files._parse(item)

        registration = _MergedHandler(fleet, _REQUESTS, handler, subscription, convert)
        return fleet._register(registration, handler)

    def off_request(self, handler: Callable[..., object] | None = None) -> None:
        self._fleet.off(_REQUESTS, handler)


_REQUESTS = "files.on_request"


class _MergedHandler(Registration):
    """One handler, and its one thread, for what comes from all rooms."""

    def __init__(
        self,
        fleet: Fleet,
        event: str,
        handler: Callable[..., object],
        subscription: _native.Merge,
        convert: Callable[[Room, Any], object],
    ) -> None:
        super().__init__(event, handler)
        checked_handler(fleet._host, event, handler)

        def pair(item: tuple[str, Any]) -> tuple[Room, object] | None:
            room = fleet.get(item[0])
            value = None if room is None else convert(room, item[1])
            return None if room is None or value is None else (room, value)

        def call(pair: tuple[Room, object]) -> object:
            room, value = pair
            try:
                return handler(room, value)
            except Exception as error:
                room._handler_failed(event, handler, error)
                return None

        def failed(_: object, error: BaseException) -> None:
            fleet._host.unhandled(f"a handler of {event} in a fleet failed: {error}", error)

        call.__name__ = getattr(handler, "__name__", "handler")
        self._listener = Listener(
            fleet._host, cast("Any", subscription), Handling(call), pair, failed, fleet.ended
        )

    def add(self, room: Room) -> None:
        room._heard_by_fleet += self.event == "error"

    def remove(self, room: Room) -> None:
        room._heard_by_fleet -= self.event == "error"

    def close(self) -> None:
        self._listener.close()


class FleetStream(Iterator[tuple[str, Record]]):
    """Events of all rooms, one after the other. Made by `Fleet.events`."""

    def __init__(self, stream: Stream[tuple[str, Record]]) -> None:
        self._stream = stream

    def __iter__(self) -> FleetStream:
        return self

    def __next__(self) -> tuple[str, Record]:
        item = run(self._stream.next())
        if item is None:
            raise StopIteration
        return item

    def close(self) -> None:
        """Stops listening. Dropping the stream does the same."""
        self._stream.close()

    def __enter__(self) -> FleetStream:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
