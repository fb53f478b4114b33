"""Handlers, streams and expectations of one room, shared by both faces of the package."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from . import _native, _params, errors
from ._event_methods import HandlerMethods
from ._generated import EventName
from ._host import Host, milliseconds
from ._library_events import ConnectionEvent, LaggedEvent
from ._listen import Handler, Handling, Listener
from ._logger import logger, logging_is_set_up
from ._record import Fields, Record
from ._stream import Stream

LibraryEvent: TypeAlias = Literal["*", "connection", "lagged", "error", "live"]
Event: TypeAlias = EventName | LibraryEvent | str
H = TypeVar("H", bound=Handler)
E = TypeVar("E", bound=Fields, covariant=True)
Where: TypeAlias = Callable[[Any], object]


class Events(HandlerMethods):
    """The part of a room that has to do with events."""

    _host: Host
    _native: _native.Room
    _listeners: dict[str, list[Handling]]
    # Who calls the handlers of one name and queue size that came last.
    _shared: dict[tuple[str, int | None], Listener]
    # Handlers of "error" that a fleet has for all its rooms together.
    _heard_by_fleet = 0

    def off(self, event: Event, handler: Handler | None = None, /) -> None:
        """Takes a handler off. One that runs at this moment is left to finish.

        Args:
            event: The name it was registered for.
            handler: The handler; None takes all handlers of this name off. An unknown handler is no
                error.
        """
        self._take_off(event, handler)

    def ended(self) -> bool:
        """Whether the room has ended, by `close` or with an error, so that no event can come."""
        return bool(self._status()["ended"])

    def raise_ending(self) -> None:
        """Raises the error that ended the room, if one did."""
        error = self._status()["error"]
        if error is not None:
            raise errors.from_fields(error)

    def _status(self) -> dict[str, Any]:
        status: dict[str, Any] = json.loads(self._native.status())
        return status

    def _take_off(self, name: str, handler: Callable[..., object] | None) -> None:
        for handling in tuple(self._listeners.get(name, ())):
            if handler is None or handling.handler == handler:
                handling.close()

    def _listen(self, event: str, queue_size: int | None, once: bool, handler: H) -> H:
        def convert(record: Record) -> Record | None:
            return self._for_handler(event, record)

        filter = _params.event_filter([event])
        key = event, capacity(queue_size)
        listener = self._shared.get(key)
        if listener is None or not listener.is_open:
            new = self._add(event, handler, filter, convert, queue_size, once)
            self._shared[key] = new
            new.on_close = lambda: self._unshare(key, new)
        else:
            listener.add(self._handling(event, handler, once))
        return handler

    def _unshare(self, key: tuple[str, int | None], listener: Listener) -> None:
        if self._shared.get(key) is listener:
            del self._shared[key]

    def _add(
        self,
        name: str,
        handler: Handler,
        filter: str,
        convert: Callable[[Any], Any],
        queue_size: int | None = None,
        once: bool = False,
    ) -> Listener:
        def failed(handler: Handler, error: BaseException) -> None:
            self._handler_failed(name, handler, error)

        handling = self._handling(name, handler, once)
        subscription = self._native.subscribe(filter, capacity(queue_size))
        return Listener(self._host, subscription, handling, convert, failed, self.ended)

    def _handling(self, name: str, handler: Handler, once: bool) -> Handling:
        if not callable(handler):
            raise errors.UsageError(f"the handler of {name} must be callable, not {handler!r}")
        self._host.check_handler(handler)
        self._host.check()
        handling = Handling(handler, once)
        handlings = self._listeners.setdefault(name, [])

        handlings.append(handling)
        handling.on_close = lambda: handlings.remove(handling)
        return handling

    def _for_handler(self, wanted: str, record: Record) -> Record | None:
        """What a handler of one event gets; the library's own notices only when it asked."""
        if wanted != "*":
            if wanted != "connection" and isinstance(record, ConnectionEvent):
                return None
            if wanted != "lagged" and isinstance(record, LaggedEvent):
                self._lagged(wanted, record.dropped)
                return None
        return record

    def _lagged(self, wanted: str, dropped: int) -> None:
        logger().warning("a handler of %s was too slow: %s events were dropped", wanted, dropped)
        fields = {"method": "event", "event": "lagged", "dropped": dropped, "source": wanted}
        self._native.publish("lagged", _params.dumps("lagged", fields))

    def _handler_failed(
        self, source: str, handler: Callable[[Any], object], error: BaseException
    ) -> None:
        name = getattr(handler, "__qualname__", None) or repr(handler)
        message = f"handler {name} of {source} failed: {type(error).__name__}: {error}"
        logger().error("%s", message, exc_info=error)
        if source == "error":
            return
        if self._listeners.get("error") or self._heard_by_fleet:
            fields = {
                "method": "event",
                "event": "error",
                "message": message,
                "kind": type(error).__name__,
                "source": source,
                "handler": name,
            }
            self._native.publish("error", _params.dumps("error", fields))
        elif not logging_is_set_up():
            # Nobody would ever see it: a beginner's bot must not fail in silence.
            self._host.unhandled(message, error)

    def _stream(self, names: tuple[str, ...], queue_size: int | None = None) -> Stream[Record]:
        self._host.check()
        names = names or ("*",)
        own = "*" in names or "connection" in names

        def convert(record: Record) -> Record | None:
            # Every subscription ends with a connection event, asked for or not.
            return None if not own and isinstance(record, ConnectionEvent) else record

        subscription = self._native.subscribe(_params.event_filter(names), capacity(queue_size))
        return Stream(self._host, subscription, convert, self)

    async def _first(
        self, stream: Stream[Record], event: str, where: Where | None, timeout: float | None
    ) -> Record:
        end = None if timeout is None else time.monotonic() + timeout
        try:
            while True:
                left = None if end is None else max(0.0, end - time.monotonic())
                record = await stream.next(left)
                if record is None:
                    raise errors.RoomClosed(f"the room was closed while waiting for {event}")
                if event not in ("*", "lagged") and record.event == "lagged":
                    continue
                if where is None or where(record):
                    return record
        except TimeoutError as error:
            if isinstance(error, errors.TrueroomError):
                raise
            message = f"{event} did not come within {timeout} s"
            raise errors.WaitTimeout(message, timeout=timeout) from None
        finally:
            stream.close()


class Expected(Generic[E]):
    """One expected event: armed when entered, waited for when left without an error."""

    def __init__(
        self, room: Events, event: str, where: Where | None, timeout: float | None
    ) -> None:
        milliseconds("timeout", timeout)
        self._room = room
        self._name = event
        self._where = where
        self._timeout = timeout
        self._stream: Stream[Record] | None = None
        self._record: E | None = None

    @property
    def event(self) -> E:
        """The event that came.

        Raises:
            UsageError: it has not come yet.
        """
        if self._record is None:
            raise errors.UsageError(f"{self._name} has not come yet; leave the with block first")
        return self._record

    def _arm(self) -> None:
        self._stream = self._room._stream((self._name,))

    def _disarm(self) -> None:
        if self._stream is not None:
            self._stream.close()

    async def _wait(self) -> E:
        if self._record is None:
            if self._stream is None:
                raise errors.UsageError("use expect() in a with statement")
            room: Any = self._room
            record: E = await room._first(self._stream, self._name, self._where, self._timeout)
            self._record = record
            return record
        return self._record


def capacity(queue_size: int | None) -> int | None:
    if queue_size is None:
        return None
    if type(queue_size) is not int or queue_size < 1:  # a bool is an int too
        raise errors.UsageError(f"queue_size must be an integer >= 1, not {queue_size!r}")
    return queue_size
