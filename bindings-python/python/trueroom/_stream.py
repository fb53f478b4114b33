"""Waiting for events: streams, single events, and expectations."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from . import _native
from ._host import BATCH, Host

T = TypeVar("T")


class Ending(Protocol):
    """What a stream needs to know about its room."""

    def ended(self) -> bool: ...
    def raise_ending(self) -> None: ...


class Stream(Generic[T]):
    """Takes items of one subscription when its consumer asks for them."""

    def __init__(
        self,
        host: Host,
        subscription: _native.Subscription,
        convert: Callable[[Any], T | None],
        room: Ending,
    ) -> None:
        """Args:
        convert: Makes what the consumer gets from an item of the subscription; None skips it.
        room: Tells whether more can come.
        """
        self._host = host
        self._subscription = subscription
        self._convert = convert
        self._room = room
        self._batch: _native.Batch | None = None
        self._signal = host.signal()
        self.closed = False
        host.sinks[subscription.id] = self

    def wake(self) -> None:
        """Called by the host when there is something to take."""
        self._signal.set()

    async def next(self, timeout: float | None = None) -> T | None:
        """The next item; None when the room was closed or the stream was.

        Raises:
            TimeoutError: nothing came in time.
            TrueroomError: the room ended with an error.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while not self.closed:
            for item in self._batch or ():
                value = self._convert(item)
                if value is not None:
                    return value
            self._signal.clear()
            self._batch = batch = self._subscription.take(BATCH)
            if not batch.empty:
                continue
            if self._room.ended():
                self.close()
                self._room.raise_ending()
                return None
            left = None if end is None else end - time.monotonic()
            if (left is not None and left <= 0) or not await self._signal.wait(left):
                raise TimeoutError
        return None

    def close(self) -> None:
        """Ends the stream; a consumer that waits is told."""
        if not self.closed:
            self.closed = True
            self._batch = None
            self._host.sinks.pop(self._subscription.id, None)
            self._subscription.close()
            self._signal.set()
