"""What both faces of a fleet share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypedDict, TypeVar, cast

from . import _health, _logs, _native, _params, errors
from ._base import address
from ._events import capacity
from ._host import Host, milliseconds, text
from ._record import Record
from ._stream import Stream

if TYPE_CHECKING:
    from ._base import BaseRoom

R = TypeVar("R", bound="BaseRoom")
H = TypeVar("H", bound=Callable[..., object])
T = TypeVar("T")


class ConnectOptions(TypedDict, total=False):
    """The options of `connect`, apart from the host."""

    port: int | None
    pin: str | None
    role: Literal["admin", "user"] | None
    twin: str
    websocket_port: int | None
    http_port: int | None
    api_version: Literal["auto", "1", "2", 1, 2]
    connect_timeout: float
    command_timeout: float
    ping_interval: float
    ping_timeout: float
    reconnect: bool
    takeover: bool
    retry_queries: bool
    tls: bool
    ca_file: str | os.PathLike[str] | None
    queue_size: int
    transfer_timeout: float
    resync_interval: float
    live: bool
    max_message_size: int
    max_file_size: int | None
    download_urls: Sequence[str] | None


class Results(dict[str, "Record | errors.TrueroomError"]):
    """What became of a command in each room, by key: its answer, or its error."""

    @property
    def answers(self) -> dict[str, Record]:
        """The answers of the rooms that gave one."""
        return {key: value for key, value in self.items() if isinstance(value, Record)}

    @property
    def errors(self) -> dict[str, errors.TrueroomError]:
        """The errors of the others."""
        return {key: value for key, value in self.items() if not isinstance(value, Record)}

    def check(self) -> None:
        """Makes a failure in any room an error.

        Raises:
            FleetError: with the errors of all rooms that failed.
        """
        failed = self.errors
        if failed:
            first = "; ".join(f"{key}: {error}" for key, error in list(failed.items())[:3])
            more = "; ..." if len(failed) > 3 else ""
            message = f"failed in {len(failed)} of {len(self)} rooms: {first}{more}"
            raise errors.FleetError(message, errors=failed)


class Registration:
    """One handler for all rooms."""

    def __init__(self, event: str, handler: Callable[..., object]) -> None:
        self.event = event
        self.handler = handler

    def add(self, room: Any) -> None:
        """Includes a room."""

    def remove(self, room: Any) -> None:
        """Leaves a room out."""

    def close(self) -> None:
        """Takes the handler off, after all rooms were left out."""


class BaseFleet(Mapping[str, R], Generic[R]):
    """Rooms by key, and what they have in common."""

    _room_type: ClassVar[Any]

    def __init__(
        self, connect_rate: float, concurrency: int, defaults: Mapping[str, object]
    ) -> None:
        self._wire = _params.dumps(
            "Fleet", {"connectRate": connect_rate, "concurrency": concurrency}
        )
        self._defaults = dict(defaults)
        # Names and types are checked here, not at the first room.
        _params.options(self._defaults)
        self._rooms: dict[str, R] = {}
        self._registrations: list[Registration] = []
        self._live: tuple[Host, _native.Fleet] | None = None
        self._closed = False

    def __getitem__(self, key: str) -> R:
        return self._rooms[key]

    def __iter__(self) -> Iterator[str]:
        # A copy: rooms may come and go while the program goes through them.
        return iter(tuple(self._rooms))

    def __len__(self) -> int:
        return len(self._rooms)

    # Two fleets are not equal because they have the same rooms, as mappings would be.
    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} rooms>"

    def health(self) -> _health.Health:
        """How every room is doing, without asking the terminals."""
        return _health.Health(self._healths(self._core.health()))

    def off(self, event: str, handler: Callable[..., object] | None = None, /) -> None:
        """Takes a handler off. One that runs at this moment is left to finish.

        Args:
            event: The name it was registered for.
            handler: The handler; None takes all handlers of this name off. An unknown handler is no
                error.
        """
        for registration in tuple(self._registrations):
            if registration.event == event and handler in (None, registration.handler):
                self._registrations.remove(registration)
                for room in self._rooms.values():
                    registration.remove(room)
                registration.close()

    def ended(self) -> bool:
        """Whether the fleet was closed, so that no event can come."""
        return self._closed

    def raise_ending(self) -> None:
        """A fleet ends by `close` only."""

    def _make_host(self) -> Host:
        raise NotImplementedError

    @property
    def _host(self) -> Host:
        return self._started()[0]

    @property
    def _core(self) -> _native.Fleet:
        return self._started()[1]

    def _started(self) -> tuple[Host, _native.Fleet]:
        # Not in the constructor: a fleet may be made before its event loop runs.
        if self._live is None:
            host = self._make_host()
            self._live = host, _native.Fleet(host.mailbox, self._wire)
            _logs.attach()
        self._live[0].check()
        return self._live

    def _add(self, key: str, host: str, options: Mapping[str, object]) -> R:
        if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise errors.UsageError(f"the key of a room must be a str, not {key!r}")
        given = {**self._defaults, **options, "host": host}
        native = self._core.add(key, _params.options(given))
        port = given.get("port")
        where = address(host, port if isinstance(port, int) else None)
        room: R = self._room_type(self._host, native, where)
        room._key = key
        self._rooms[key] = room
        for registration in self._registrations:
            registration.add(room)
        # Only now, so that the handlers hear everything.
        native.begin()
        return room

    async def _remove(self, key: str) -> bool:
        room = self._rooms.pop(key, None)
        if room is not None:
            for registration in self._registrations:
                registration.remove(room)
        native = self._core
        removed = await self._host.call(lambda token: native.remove(token, key))
        return removed == "true"

    def _register(self, registration: Registration, handler: H) -> H:
        for room in self._rooms.values():
            registration.add(room)
        self._registrations.append(registration)
        return handler

    async def _command(
        self,
        method: str,
        params: Mapping[str, Any] | Record | None,
        rooms: Iterable[str] | None,
        limit: int | None,
        timeout: float | None,
        fields: Mapping[str, Any],
    ) -> Results:
        _native.check_method(method)
        encoded = _params.encode(method, params, fields)
        if limit is not None and (type(limit) is not int or limit < 1):
            raise errors.UsageError(f"limit must be an integer >= 1, not {limit!r}")
        if isinstance(rooms, str):
            raise errors.UsageError("rooms must be several keys, not one str")
        selection = {
            "method": method,
            "rooms": None if rooms is None else list(rooms),
            "limit": limit,
            "timeout": milliseconds("timeout", timeout),
        }
        # The parameters are JSON text already.
        wire = f'{_params.dumps(method, selection)[:-1]},"params":{encoded}}}'
        native = self._core
        answer = await self._host.call(lambda token: native.command(token, wire), native.cancel)
        results: dict[str, dict[str, Any]] = json.loads(text(answer))
        return Results({key: _result(fields) for key, fields in results.items()})

    async def _wait_ready(self, timeout: float | None) -> dict[str, _health.RoomHealth]:
        milliseconds("timeout", timeout)
        native = self._core
        late = await self._host.call(lambda token: native.wait_ready(token, timeout), native.cancel)
        return self._healths(text(late))

    @staticmethod
    def _healths(wire: str) -> dict[str, _health.RoomHealth]:
        rooms: list[dict[str, Any]] = json.loads(wire)
        return {room["key"]: _health.from_fields(room["key"], room) for room in rooms}

    def _stream(self, names: tuple[str, ...], queue_size: int | None) -> Stream[tuple[str, Record]]:
        names = names or ("*",)

        def convert(item: tuple[str, Record]) -> tuple[str, Record] | None:
            # What a room gave before it was removed may be here already.
            return item if item[0] in self._rooms else None

        merge = self._core.subscribe(_params.event_filter(names), capacity(queue_size))
        return Stream(self._host, cast("Any", merge), convert, self)

    async def _close(self) -> None:
        if self._closed or self._live is None:
            self._closed = True
            return
        host, native = self._started()
        self._closed = True
        await host.call(native.close)


def _result(fields: dict[str, Any]) -> Record | errors.TrueroomError:
    error = fields.get("error")
    return Record(fields["answer"]) if error is None else errors.from_fields(error)


def checked_handler(host: Host, event: str, handler: Callable[..., object]) -> None:
    """Refuses what cannot be a handler."""
    if not callable(handler):
        raise errors.UsageError(f"the handler of {event} must be callable, not {handler!r}")
    host.check_handler(handler)
