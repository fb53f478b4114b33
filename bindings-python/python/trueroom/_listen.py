"""A handler and its subscription, whatever host runs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from . import _native
from ._host import BATCH, Host, Sink

AGAIN: Final = object()
"""There may be more to do; the host should let others have a turn."""


class Listener:
    """Takes items of one subscription, one at a time, and gives them to one handler."""

    def __init__(
        self,
        host: Host,
        subscription: _native.Subscription,
        handler: Callable[[Any], object],
        convert: Callable[[Any], Any],
        failed: Callable[[Callable[[Any], object], BaseException], None],
        ended: Callable[[], bool],
        once: bool = False,
    ) -> None:
        """Args:
        convert: Makes what the handler gets from an item that is not simply an event of the
            terminal's; None skips it.
        failed: Hears what the handler raised.
        ended: Whether the room has ended, so that nothing more can come.
        once: Whether to stop after the first item.
        """
        self._host = host
        self._subscription = subscription
        self.handler = handler
        self._convert = convert
        self._failed = failed
        self._ended = ended
        self._once = once
        # What was taken and not yet handled.
        self._batch: _native.Batch | None = None
        self.closed = False
        # There may be something in the native queue.
        self.told = True
        # Called once when the listener ends, by close() or with the room.
        self.on_close: Callable[[], None] | None = None
        self._sink: Sink = host.listen(self)
        host.sinks[subscription.id] = self._sink
        host.kept.add(self._sink)
        # What was there before anybody listened.
        host.soon(self._sink.wake)

    def step(self) -> Any:
        """Gives what waits to the handler, until that returns an awaitable, which is returned; None
        when there is no more, `AGAIN` when there may be more but others should have a turn.
        """
        batch = self._batch
        if batch is None:
            if not self.told or self.closed:
                return None
            batch = self._take()
        give = self.handler if batch.plain and not self._once else self._give
        while True:
            try:
                for item in batch:
                    result = give(item)
                    if result is not None and isinstance(result, Awaitable):
                        return cast("Any", result)
                break
            except Exception as error:
                self.failed(error)
        self._batch = None
        # The room is asked only then, since it can end in no other way.
        if batch.ends and not self.closed and self._ended():
            self.close()
        return AGAIN if self.told else None

    def _take(self) -> _native.Batch:
        batch = self._batch = self._subscription.take(BATCH)
        # Of what a full batch left behind nobody will be told.
        self.told = batch.more
        if self.closed:
            # By another thread, which has not seen this batch.
            batch.close()
        return batch

    def _give(self, item: Any) -> object:
        value = self._convert(item)
        if value is None:
            return None
        if self._once:
            self.close()
        return self.handler(value)

    def failed(self, error: BaseException) -> None:
        """Reports what the handler raised."""
        self._failed(self.handler, error)

    def halt(self) -> None:
        """No further item reaches the handler; one that runs is left to finish."""
        self.closed = True
        batch = self._batch
        if batch is not None:
            batch.close()

    def close(self) -> None:
        """Halts and unsubscribes."""
        if self.closed:
            return
        self.halt()
        self._host.sinks.pop(self._subscription.id, None)
        self._host.kept.discard(self._sink)
        self._subscription.close()
        self._sink.wake()
        if self.on_close is not None:
            self.on_close()
