"""The host of an asyncio event loop.

A loop that can watch descriptors serves the connections of its rooms by itself: it reads when there
is something to read, and delivers what came in the same callback, without another thread. For
everything else, and on other loops, the native side rings a doorbell once, from its one dispatch
thread; the doorbell asks the loop to `drain`. Tasks go on in what delivers their answers, on the
loop only, in the order in which things finished.
"""

from __future__ import annotations

import asyncio
import os
import weakref
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import get_ident
from typing import Any

from . import _native, errors
from ._host import A, Host, Payload, Progress, Sink, Start, report_progress
from ._listen import AGAIN, Listener

_hosts: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, LoopHost] = weakref.WeakKeyDictionary()


def running() -> LoopHost:
    """The host of the running event loop."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        _native.check_process()
        raise errors.UsageError(
            "no event loop is running; use this inside a coroutine (asyncio.run(main())), "
            "or trueroom.sync in a program without asyncio"
        ) from None
    host = _hosts.get(loop)
    if host is None:
        host = _hosts[loop] = LoopHost(loop)
    return host


def _can_watch(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether the loop has `add_reader`; that of Windows has not, by default."""
    if os.environ.get("TRUEROOM_DRIVER") == "tokio":
        return False  # for tests and comparisons
    return type(loop).add_reader is not asyncio.AbstractEventLoop.add_reader


def _doorbell(loop: asyncio.AbstractEventLoop, host: LoopHost) -> Callable[[], None]:
    # Only weak references: the native mailbox must not keep a loop alive that has ended.
    weak_loop = weakref.ref(loop)
    weak_drain = weakref.WeakMethod(host.drain)

    def ring() -> None:
        target, drain = weak_loop(), weak_drain()
        if target is None or drain is None or target.is_closed():
            return
        # RuntimeError: the loop was closed since the check, and nobody waits any more.
        with suppress(RuntimeError):
            target.call_soon_threadsafe(drain)

    return ring


class LoopHost(Host):
    """Futures and subscriptions of one event loop. Used on its thread only."""

    shares = True

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._loop = weakref.ref(loop)
        self._thread = get_ident()
        self._progress: dict[int, Progress] = {}
        self._ready: deque[int] = deque()
        self.mailbox = _native.Mailbox(_doorbell(loop, self), _can_watch(loop))

    def loop(self) -> asyncio.AbstractEventLoop:
        """The running loop, which must be this host's."""
        loop = self._loop()
        # A thread runs one loop at a time. Python before 3.12 takes longer to say which.
        if loop is not None and loop.is_running() and self._thread == get_ident():
            return loop
        return self._find_loop()

    def _find_loop(self) -> asyncio.AbstractEventLoop:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        if loop is None or loop is not self._loop():
            # In a fork asyncio says that no loop is running; that would lead astray.
            _native.check_process()
            raise errors.UsageError(
                "this room belongs to another event loop; use it where it was connected, "
                "for example with asyncio.run_coroutine_threadsafe()"
            )
        self._thread = get_ident()
        return loop

    def check(self) -> None:
        self.loop()

    async def call(
        self, start: Start, cancel: Start | None = None, progress: Progress | None = None
    ) -> Payload:
        answer = self.mailbox.expect(self.loop())
        token = answer.token
        if progress is not None:
            self._progress[token] = progress
        try:
            start(token)
            await answer
            return answer.value()
        except asyncio.CancelledError:
            if cancel is not None and answer.cancelled():
                cancel(token)
            raise
        finally:
            answer.close()
            if progress is not None:
                self._progress.pop(token, None)

    async def send(
        self, native: _native.Room, method: str, wire: str, timeout: float | None, answer: type[A]
    ) -> A:
        coming = native.send(self, method, wire, timeout, answer)
        await coming
        return coming.value()

    def drain(self) -> None:
        """Delivers everything that has arrived. Runs on the loop."""
        self._take_in(*self.mailbox.deliver())

    def _take_in(
        self, progress: list[tuple[int, int, int]], ready: list[int], links: list[_native.Link]
    ) -> None:
        try:
            for link in links:
                # A loop that cannot watch it leaves the connection to the native threads.
                with suppress(NotImplementedError, OSError):
                    self._watch(link)
            for token, done, total in progress:
                callback = self._progress.get(token)
                if callback is not None:
                    report_progress(callback, done, total)
            self._ready.extend(ready)
            self._wake()
        finally:
            # After the handlers: who awaits an answer finds done what was said before it.
            self.mailbox.settle()

    def _watch(self, link: _native.Link) -> None:
        self.loop().add_reader(link.fileno(), link.serve, self.mailbox, self._on_served)

    def _on_served(
        self,
        link: _native.Link,
        is_open: bool,
        progress: list[tuple[int, int, int]],
        ready: list[int],
        links: list[_native.Link],
    ) -> None:
        if not is_open:
            # Before the link goes away, and the descriptor with it.
            self.loop().remove_reader(link.fileno())
        self._take_in(progress, ready, links)

    def _wake(self) -> None:
        queue = self._ready
        while queue:
            sink = self.sinks.get(queue.popleft())
            if sink is None:
                continue
            try:
                sink.wake()
            except BaseException:
                # KeyboardInterrupt or SystemExit out of a handler ends the loop's run; should the
                # program go on, the other subscribers must not have missed their turn.
                if queue:
                    self.loop().call_soon(self._wake)
                raise

    def signal(self) -> LoopSignal:
        return LoopSignal(self)

    def soon(self, callback: Callable[[], None]) -> None:
        self.loop().call_soon(callback)

    def listen(self, listener: Listener, awaited: Awaitable[Any] | None = None) -> Sink:
        return LoopListener(self, listener, awaited)

    def unhandled(self, message: str, error: BaseException) -> None:
        self.loop().call_exception_handler({"message": message, "exception": error})


class LoopSignal:
    """A flag that coroutines wait for."""

    def __init__(self, host: LoopHost) -> None:
        self._host = host
        self._is_set = False
        self._waiters: set[asyncio.Future[bool]] = set()

    def clear(self) -> None:
        self._is_set = False

    def set(self) -> None:
        self._is_set = True
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(True)

    async def wait(self, timeout: float | None) -> bool:
        if self._is_set:
            return True
        loop = self._host.loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._waiters.add(waiter)
        timer = None if timeout is None else loop.call_later(timeout, _expire, waiter)
        try:
            return await waiter
        finally:
            self._waiters.discard(waiter)
            if timer is not None:
                timer.cancel()


def _expire(waiter: asyncio.Future[bool]) -> None:
    if not waiter.done():
        waiter.set_result(False)


class LoopListener:
    """Runs handlers on the loop: plain ones straight from `drain`, an async one event after event
    in a task that lives while there is something to do.
    """

    def __init__(
        self, host: LoopHost, listener: Listener, awaited: Awaitable[Any] | None = None
    ) -> None:
        self._host = host
        self._listener = listener
        self._busy = False
        self._task: asyncio.Task[None] | None = None
        if awaited is not None:
            self._await(awaited)

    def wake(self) -> None:
        self._listener.told = True
        if not self._busy:
            self._busy = True
            self._advance()

    def _advance(self) -> None:
        outcome: Any = None
        try:
            outcome = self._listener.step()
        finally:
            if outcome is None:
                self._busy = False
        if outcome is AGAIN:
            # Others get a turn between two batches of a flood.
            self._host.loop().call_soon(self._advance)
        elif outcome is not None:
            self._await(outcome)

    def _await(self, awaitable: Any) -> None:
        self._busy = True
        # The reference keeps the task from being collected before it is done.
        self._task = self._host.loop().create_task(self._work(awaitable))

    async def _work(self, outcome: Any) -> None:
        try:
            while outcome is not None:
                if outcome is AGAIN:
                    await asyncio.sleep(0)
                else:
                    await self._finish(outcome)
                outcome = self._listener.step()
        finally:
            self._busy = False
            self._task = None

    async def _finish(self, awaitable: Any) -> None:
        try:
            await awaitable
        except asyncio.CancelledError as error:
            # A handler may raise this by itself; only when the loop ends the task was cancelled.
            task = asyncio.current_task()
            cancelling = getattr(task, "cancelling", None)
            if cancelling is None or cancelling():
                self._listener.close()
                raise
            self._listener.failed(error)
        except Exception as error:
            self._listener.failed(error)
