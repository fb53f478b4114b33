"""The methods of a room that take an event's name; their types are in ``_event_methods.pyi``.

That file is generated: it tells type checkers the type of each event. So what stands here is seen
by people only, and does nothing but hand over.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ._host import run


class HandlerMethods:
    """Handlers."""

    _listen: Any

    def on(self, event, handler=None, /, *, queue_size=None):  # type: ignore[no-untyped-def]
        """Calls a handler for every event of this name; also usable as a decorator.

        The handler gets a `Record`. Events reach it in the order in which the terminal sent them.
        An async handler finishes one event before it gets the next; a slow handler never delays
        others, nor the connection. What a handler raises goes to ``on("error")`` and to logging,
        and stops nothing. A handler may call the room, take itself off, and close the room.

        Args:
            event: Name on the wire, such as ``"receivedFileRequest"``; ``"*"`` for everything; or
                one of the library's own: ``"connection"`` (state, reason, attempt, retry_in and
                deaf_for in seconds), ``"lagged"`` (dropped: events lost because a handler was too
                slow), ``"error"`` (message, kind, source: what a handler raised), ``"live"``
                (changed: parts of `Room.live`).
            handler: Function to call. Without it, a decorator is returned.
            queue_size: Events kept while the handler is busy. Default: the room's ``queue_size``.

        Returns:
            The handler, unchanged.

        Raises:
            UsageError: wrong argument, or called from another event loop.
        """
        if handler is None:
            return partial(self._listen, event, queue_size, False)
        return self._listen(event, queue_size, False, handler)

    def once(self, event, handler=None, /):  # type: ignore[no-untyped-def]
        """Like `on`, for the next event of this name only.

        Args:
            event: As for `on`.
            handler: As for `on`.

        Returns:
            The handler, unchanged.

        Raises:
            UsageError: wrong argument, or called from another event loop.
        """
        if handler is None:
            return partial(self._listen, event, None, True)
        return self._listen(event, None, True, handler)


class WaitMethods:
    """Streams and single events, for asyncio."""

    _stream: Any
    _wait_for: Any
    _stream_type: Any
    _expectation_type: Any

    def events(self, *events, queue_size=None):  # type: ignore[no-untyped-def]
        """An async iterator of events, which listens from this call on.

        It ends when the room is closed, and raises when the room ended with an error. Where events
        were lost because the loop was too slow, a ``lagged`` record with ``dropped`` stands in the
        gap.

        Args:
            *events: Names as for `on`; none at all means every event.
            queue_size: Events kept while the consumer is busy. Default: the room's ``queue_size``.

        Raises:
            UsageError: wrong argument, or called from another event loop.
        """
        return self._stream_type(self._stream(events, queue_size))

    def wait_for(self, event, where=None, timeout=None):  # type: ignore[no-untyped-def]
        """Waits for one event. It listens from the call on, not only when it is awaited.

        Args:
            event: Name as for `on`.
            where: Called with each record; the first for which it is true is taken. Default: any.
            timeout: Longest time to wait, in seconds. Default: no limit.

        Raises:
            WaitTimeout: no such event in time; a `TimeoutError`.
            RoomClosed: the room was closed meanwhile. Or the error that ended it.
        """
        return self._wait_for(event, where, timeout)

    def expect(self, event, where=None, timeout=None):  # type: ignore[no-untyped-def]
        """Listens before a command is sent, and waits for its event after the block.

        ::

            async with room.expect("conferenceCreated", timeout=30) as expected:
                await room.command("createConference")
            print(expected.event.conf_id)

        Args:
            event: Name as for `on`.
            where: Called with each record; the first for which it is true is taken. Default: any.
            timeout: Longest time to wait after the block, in seconds. Default: no limit.
        """
        return self._expectation_type(self, event, where, timeout)


class SyncWaitMethods:
    """Streams and single events, for programs without asyncio."""

    _stream: Any
    _wait_for: Any
    _stream_type: Any
    _expectation_type: Any

    def events(self, *events, queue_size=None):  # type: ignore[no-untyped-def]
        return self._stream_type(self._stream(events, queue_size))

    def wait_for(self, event, where=None, timeout=None):  # type: ignore[no-untyped-def]
        """Waits for one event.

        Args:
            event: Name as for `on`.
            where: Called with each record; the first for which it is true is taken. Default: any.
            timeout: Longest time to wait, in seconds. Default: no limit.

        Raises:
            WaitTimeout: no such event in time; a `TimeoutError`.
            RoomClosed: the room was closed meanwhile. Or the error that ended it.
        """
        return run(self._wait_for(event, where, timeout))

    def expect(self, event, where=None, timeout=None):  # type: ignore[no-untyped-def]
        return self._expectation_type(self, event, where, timeout)
