"""A handler and its subscription, whatever host runs it."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from . import _native
from ._host import BATCH, Host, Sink
from ._record import CONNECTION

AGAIN: Final = object()
"""There may be more to do; the host should let others have a turn."""


class Listener:
    """Takes items of one subscription, one at a time, and gives them to one handler."""

    def __init__(
        self,
        host: Host,
        subscription: _native.Subscription,
        handler: Callable[[Any], object],
        convert: Callable[[str], Any],
        failed: Callable[[Callable[[Any], object], BaseException], None],
        ended: Callable[[], bool],
        once: bool = False,
    ) -> None:
        """Args:
        convert: Makes what the handler gets from the item's text; None skips the item.
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
        self._items: deque[str] = deque()
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

    def step(self, budget: int) -> Any:
        """Handles items until one returns an awaitable, which is returned; None when there are no
        more items, `AGAIN` when there may be more but the budget is used up.
        """
        item = ""
        for _ in range(budget):
            if not self._items:
                if self.told:
                    # A full batch means that there is more, and that nobody will be told of it.
                    self._items.extend(self.take())
                    self.told = len(self._items) >= BATCH
                if not self._items:
                    self.check_end(item)
                    return None
            item = self._items.popleft()
            result: Any = self.handle(item)
            if isinstance(result, Awaitable):
                return cast("Any", result)
        return AGAIN

    def check_end(self, last: str) -> None:
        """Closes the listener with the room. Asked only after a wake-up without items, or one whose
        last item tells of the connection, since every other one is no end.
        """
        if (not last or last.startswith(CONNECTION)) and not self.closed and self._ended():
            self.close()

    def take(self) -> list[str]:
        """What waits in the native queue."""
        return [] if self.closed else self._subscription.take(BATCH)

    def handle(self, item: str) -> object:
        """Gives one item to the handler; None when it failed or returned nothing."""
        if self.closed:
            return None
        try:
            value = self._convert(item)
            if value is None:
                return None
            if self._once:
                self.close()
            return self.handler(value)
        except Exception as error:
            self.failed(error)
            return None

    def failed(self, error: BaseException) -> None:
        """Reports what the handler raised."""
        self._failed(self.handler, error)

    def close(self) -> None:
        """No further item reaches the handler; one that runs is left to finish."""
        if self.closed:
            return
        self.closed = True
        self._items.clear()
        self._host.sinks.pop(self._subscription.id, None)
        self._host.kept.discard(self._sink)
        self._subscription.close()
        self._sink.wake()
        if self.on_close is not None:
            self.on_close()
