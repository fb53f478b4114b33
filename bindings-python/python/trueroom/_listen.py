"""Handlers and their subscriptions, whatever host runs them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, TypeAlias, cast

from . import _native
from ._host import BATCH, Host, Sink

AGAIN: Final = object()
"""There may be more to do; the host should let others have a turn."""

Handler: TypeAlias = Callable[[Any], object]


class Handling:
    """A handler until it is taken off."""

    __slots__ = ("call", "closed", "handler", "listener", "on_close")

    def __init__(self, handler: Handler, once: bool = False) -> None:
        self.handler = handler
        # Gives it an item; nothing when it is taken off.
        self.call: Handler = self._call_once if once else handler
        self.closed = False
        self.listener: Listener | None = None
        # Called once when the handler is taken off, by close() or with the room.
        self.on_close: Callable[[], None] | None = None

    def _call_once(self, item: Any) -> object:
        self.close()
        return self.handler(item)

    def close(self) -> None:
        """No further item reaches the handler; one that runs is left to finish."""
        if self.closed:
            return
        self.closed = True
        self.call = _nothing
        if self.listener is not None:
            self.listener.leave(self)
        if self.on_close is not None:
            self.on_close()


def _nothing(_: Any) -> None:
    """In place of a handler that was taken off."""


class Listener:
    """Takes items of one subscription, one at a time, and gives them to its handlers.

    Handlers that return at once keep step, whatever comes, so they can share a subscription. One
    that returns an awaitable gets a subscription of its own as soon as it does.
    """

    def __init__(
        self,
        host: Host,
        subscription: _native.Subscription,
        handling: Handling,
        convert: Callable[[Any], Any],
        failed: Callable[[Handler, BaseException], None],
        ended: Callable[[], bool],
        awaited: tuple[Awaitable[Any], _native.Batch] | None = None,
    ) -> None:
        """Args:
        handling: The first handler.
        convert: Makes what handlers get from an item that is not simply an event of the
            terminal's; None skips it.
        failed: Hears what a handler raised.
        ended: Whether the room has ended, so that nothing more can come.
        awaited: What the handler has returned in another listener, and what it gets after that.
        """
        self._host = host
        self._subscription = subscription
        self._handlings: tuple[Handling, ...] = (handling,)
        # The one that is called by itself, or was at last.
        self._only = handling
        self._convert = convert
        self._failed = failed
        self._ended = ended
        # What was taken and not yet handled.
        self._batch = None if awaited is None else awaited[1]
        # An item, and those that are still to get it.
        self._turn: tuple[Any, Iterator[Handling]] | None = None
        # There is one handler, which has returned an awaitable.
        self._alone = awaited is not None
        self.closed = False
        # There may be something in the native queue.
        self.told = True
        # Called once when the listener ends.
        self.on_close: Callable[[], None] | None = None
        handling.listener = self
        self._sink: Sink = host.listen(self, None if awaited is None else awaited[0])
        host.sinks[subscription.id] = self._sink
        host.kept.add(self._sink)
        # What was there before anybody listened.
        host.soon(self._sink.wake)

    @property
    def handler(self) -> Handler:
        """The one handler, where it is not shared."""
        return self._only.handler

    @property
    def is_open(self) -> bool:
        """Whether one more handler may be added, which must not get what came before."""
        idle = self._host.shares and not self._alone and not self.closed and self._batch is None
        return idle and self._subscription.is_empty

    def add(self, handling: Handling) -> None:
        """One more handler."""
        handling.listener = self
        self._handlings = (*self._handlings, handling)

    def leave(self, handling: Handling) -> None:
        """One handler less; to be called by it."""
        self._handlings = tuple(other for other in self._handlings if other is not handling)
        if not self._handlings:
            self.close()

    def step(self) -> Any:
        """Gives what waits to the handlers, until one that is alone returns an awaitable, which is
        returned; None when there is no more, `AGAIN` when there may be more but others should have
        a turn.
        """
        batch = self._batch
        if batch is None:
            if not self.told or self.closed:
                return None
            batch = self._take()
        is_shared = len(self._handlings) > 1 or self._turn is not None
        awaitable = self._give_all(batch) if is_shared else self._give_one(batch)
        if awaitable is not None:
            self._alone = True
            return awaitable
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

    def _give_one(self, batch: _native.Batch) -> Any:
        if self._handlings:
            self._only = self._handlings[0]
        call = self._only.call
        give = call if batch.plain else self._converted
        while True:
            try:
                for item in batch:
                    result = give(item)
                    if result is not None and isinstance(result, Awaitable):
                        return cast("Any", result)
                break
            except Exception as error:
                self.failed(error)
        return None

    def _converted(self, item: Any) -> object:
        value = self._convert(item)
        return None if value is None else self._only.call(value)

    def _give_all(self, batch: _native.Batch) -> Any:
        awaitable = None
        if self._turn is not None:
            # KeyboardInterrupt or SystemExit out of a handler has cut it short.
            awaitable = self._go_round(*self._turn)
        while awaitable is None:
            item = next(batch, None)
            if item is None:
                return None
            value = item if batch.plain else self._convert(item)
            if value is not None:
                awaitable = self._go_round(value, iter(self._handlings))
        return awaitable

    def _go_round(self, value: Any, turn: Iterator[Handling]) -> Any:
        self._turn = value, turn
        for handling in turn:
            try:
                result = handling.call(value)
            except Exception as error:
                self._failed(handling.handler, error)
                continue
            if result is None or not isinstance(result, Awaitable):
                continue
            awaitable = cast("Any", result)
            if self._handlings == (handling,):
                self._turn = None
                self._only = handling
                return awaitable
            self._part(handling, awaitable)
        self._turn = None
        return None

    def _part(self, handling: Handling, awaitable: Awaitable[Any]) -> None:
        """From now on the handler is called by itself: after the awaitable, with the rest."""
        self._handlings = tuple(other for other in self._handlings if other is not handling)
        rest = cast("_native.Batch", self._batch).rest()
        other = Listener(
            self._host,
            self._subscription.fork(),
            handling,
            self._convert,
            self._failed,
            self._ended,
            (awaitable, rest),
        )
        if handling.closed:
            # It was to be called once, and is left to finish.
            other.close()

    def failed(self, error: BaseException) -> None:
        """Reports what the one handler raised."""
        self._failed(self.handler, error)

    def halt(self) -> None:
        """No further item reaches a handler; one that runs is left to finish."""
        self.closed = True
        batch = self._batch
        if batch is not None:
            batch.close()

    def close(self) -> None:
        """Halts, unsubscribes and takes the handlers off."""
        if self.closed:
            return
        self.halt()
        self._host.sinks.pop(self._subscription.id, None)
        self._host.kept.discard(self._sink)
        self._subscription.close()
        self._sink.wake()
        if self.on_close is not None:
            self.on_close()
        for handling in self._handlings:
            handling.close()
