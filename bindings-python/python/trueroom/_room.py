"""The asyncio face of a room."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Generator, Mapping, Sequence
from types import TracebackType
from typing import Any, Generic, Literal

from . import _base, _params
from ._areas import Areas
from ._event_methods import WaitMethods
from ._events import E, Expected
from ._files import Files
from ._host import milliseconds
from ._record import Record
from ._stream import Stream


class Room(_base.BaseRoom, Areas, WaitMethods):
    """A connection to one terminal. Made by `trueroom.connect`, used on its event loop only.

    It reconnects by itself (``connection`` events tell), keeps the file requests known, and
    delivers events to handlers and streams. Leaving ``async with``, or `close`, ends it.
    """

    @property
    def files(self) -> Files:
        """The file requests of the terminal; see `Files`."""
        return self._get_files(Files)

    async def command(
        self,
        method: str,
        params: Mapping[str, Any] | Record | None = None,
        /,
        *,
        timeout: float | None = None,
        **fields: Any,
    ) -> Record:
        """Sends a command and waits for its answer.

        Any method works, also one that this library does not know. An answer to an action often
        means only "accepted for execution"; the outcome comes as an event, see `expect`.

        Args:
            method: Wire name, such as ``"getSystemInfo"``.
            params: Parameters as a mapping, for names that are no Python names, or are ``timeout``.
            timeout: Longest time to wait, in seconds. Default: the room's ``command_timeout``.
            **fields: Parameters, by wire name or in snake_case: ``file_id`` is sent as ``fileId``.
                Names inside of objects are sent as they are.

        Returns:
            The whole answer.

        Raises:
            CommandError: the terminal refused it.
            CommandTimeout: no answer in time.
            ConnectionLost: the connection broke, or there is none; see ``outcome_unknown``.
            RoomClosed: the room was closed.
            Superseded: another client took the connection.
            UsageError: a parameter has no JSON form, or wrong event loop; nothing was sent.
        """
        # Not through `_send`: this is the way that all goes that is sent often.
        wire = "{}" if params is None and not fields else _params.encode(method, params, fields)
        if timeout is not None:
            milliseconds("timeout", timeout)
        answer = self._native.send(self._host, method, wire, timeout, Record)
        await answer
        return answer.value()

    async def run_flow(
        self,
        flow: str,
        params: Mapping[str, Any] | Record | None = None,
        /,
        *,
        timeout: float | None = None,
        **fields: Any,
    ) -> Record:
        """Runs a flow by its name; `flows` has the same with types.

        Args:
            flow: Its name, such as ``"signIn"``.
            params: Parameters as for `command`.
            timeout: Longest time to wait for the outcome, in seconds. Default: the flow's own.
            **fields: Parameters as for `command`.

        Returns:
            The event that ended it well.

        Raises:
            FlowError: an event told that it failed, and why.
            CommandError: the terminal refused the command.
            CommandTimeout: no outcome in time; see ``accepted``.
            ConnectionLost: the connection broke, or there is none; see ``outcome_unknown``.
            UsageError: there is no such flow, or a parameter has no JSON form; nothing was sent.
        """
        return await self._run_flow(flow, _params.wire_names(flow, params, fields), timeout)

    async def wait_ready(self) -> None:
        """Waits until the room can be used: at once, or after a reconnect under way.

        Raises:
            TrueroomError: the error that ended the room; RoomClosed when it was closed.
        """
        await self._operate(op="waitReady")

    async def wait_closed(self) -> None:
        """Waits until the room has ended.

        Returns when it was closed by `close`.

        Raises:
            TrueroomError: the error that ended it, such as Superseded or AuthError.
        """
        await self._operate(op="waitClosed")

    async def close(self) -> None:
        """Closes the connection. Commands in flight raise RoomClosed. May be called again."""
        await self._close()

    async def __aenter__(self) -> Room:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._close()


class EventStream(AsyncIterator[E], Generic[E]):
    """Events of a room, one after the other. Made by `Room.events`."""

    def __init__(self, stream: Stream[Any]) -> None:
        self._stream = stream

    def __aiter__(self) -> EventStream[E]:
        return self

    async def __anext__(self) -> E:
        record: E | None = await self._stream.next()
        if record is None:
            raise StopAsyncIteration
        return record

    async def aclose(self) -> None:
        """Stops listening. Dropping the stream does the same."""
        self._stream.close()

    async def __aenter__(self) -> EventStream[E]:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stream.close()


class Expectation(Expected[E]):
    """An event that is expected; see `Room.expect`. Can be awaited inside of the block as well."""

    async def __aenter__(self) -> Expectation[E]:
        self._arm()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            await self._wait()
        self._disarm()

    def __await__(self) -> Generator[Any, Any, E]:
        return self._wait().__await__()


Room._stream_type = EventStream
Room._expectation_type = Expectation


class Connecting:
    """A connection to be made: ``await`` it, or use it in ``async with``."""

    def __init__(self, wire: str, address: str) -> None:
        self._wire = wire
        self._address = address
        self._room: Room | None = None

    async def _open(self) -> Room:
        # Here, because asyncio takes its time, and a blocking program does not need it.
        from . import _loop

        host = _loop.running()
        return Room(host, await _base.open_room(host, self._wire), self._address)

    def __await__(self) -> Generator[Any, Any, Room]:
        return self._open().__await__()

    async def __aenter__(self) -> Room:
        self._room = await self._open()
        return self._room

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._room is not None:
            await self._room.close()


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
) -> Connecting:
    """Connects to a terminal (TrueConf Room or VideoSDK).

    ``room = await trueroom.connect(...)``, or ``async with trueroom.connect(...) as room:``, which
    closes the room at the end. All times are in seconds, all sizes in bytes.

    Args:
        host: Name or address of the terminal; no URL.
        port: Port of its web server, where its other ports are looked up
            (``/public/default/config.json``, documented). Default 80, or 443 with ``tls``.
        pin: The PIN, password or token. None connects to an unprotected terminal.
        role: The mode the connection must end up in. None leaves it to the terminal.
        twin: Name of the terminal's copy where several run on one machine.
        websocket_port: Given, it is not looked up. The documented default of terminals is 8765.
        http_port: Port of the built-in HTTP server (files). Given, it is not looked up; usually
            8766.
        api_version: ``"auto"`` asks for 2 (product 5.0 and later), then 1. That "2" is the wire
            value for v.2 is inferred, not documented.
        connect_timeout: Longest time from the first packet to an authorized connection.
        command_timeout: Longest time to wait for an answer; `Room.command` can set its own.
        ping_interval: A silent connection is asked for a sign of life after this time.
        ping_timeout: How long that sign may take before the connection counts as broken.
        reconnect: Connect again, with growing random pauses, when the connection breaks.
        takeover: Take the connection back when another client of the same role took it. Two
            programs that both do so fight for ever.
        retry_queries: Send queries again that were in flight when the connection broke. Actions are
            never repeated.
        tls: Use ``wss`` and ``https``, for a terminal behind a proxy.
        ca_file: PEM file of a certificate authority to trust beside the system's.
        queue_size: Events kept for each handler or stream that is slower than the terminal.
        transfer_timeout: A file transfer fails when no byte moved for this long.
        resync_interval: The lists of file requests, and the live mirror, are compared with the
            terminal's this often; 0 turns it off.
        live: Keep what is going on on the terminal in memory, see `Room.live`. It costs eight
            queries after each connect.
        max_message_size: Largest message accepted from the terminal.
        max_file_size: Largest file that ``save`` and ``read`` accept. None: no limit.
        download_urls: URL templates for received files in place of the built-in guesses, since the
            address is not documented. They may contain ``{id}`` and ``{token}``.

    Raises:
        ConnectError: no connection; ``tried`` says what was tried.
        AuthError: the PIN, password, token or role was refused.
        UsageError: wrong argument, no running event loop, or a forked process.
    """
    given = dict(locals())
    return Connecting(_params.options(given), _base.address(host, port))
