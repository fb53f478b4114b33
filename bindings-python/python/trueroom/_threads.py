"""The host of programs without an event loop: callers block, handlers have threads.

The doorbell is `drain` itself and runs on the native dispatch thread, so nothing in it calls the
user's code or waits. Callers wake every 50 ms, because a signal (Ctrl-C) is only handled by a main
thread that runs Python, on Windows even while it waits for a lock.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from . import _native, errors
from ._flag import Flag
from ._host import Host, Payload, Progress, Sink, Start, report_progress
from ._listen import AGAIN, Listener

_POLL = 0.05
_lock = threading.Lock()
_host: ThreadHost | None = None


def host() -> ThreadHost:
    """The one host of all threads."""
    global _host
    with _lock:
        if _host is None:
            _host = ThreadHost()
            atexit.register(_host.stop)
        return _host


class _Slot:
    __slots__ = ("flag", "outcome", "progress")

    def __init__(self) -> None:
        self.flag = Flag()
        self.outcome: tuple[bool, Payload] | None = None
        self.progress: tuple[int, int] | None = None


class ThreadHost(Host):
    """Blocked callers and handler threads of the whole process."""

    def __init__(self) -> None:
        super().__init__()
        self._pid = os.getpid()
        self._waiting: dict[int, _Slot] = {}
        self.mailbox = _native.Mailbox(self.drain)

    def check(self) -> None:
        pass  # any thread may wait

    async def call(
        self, start: Start, cancel: Start | None = None, progress: Progress | None = None
    ) -> Payload:
        token = self.token()
        slot = self._waiting[token] = _Slot()
        try:
            start(token)
            while slot.outcome is None:
                slot.flag.take(_POLL)
                if progress is not None and slot.progress is not None:
                    (done, total), slot.progress = slot.progress, None
                    report_progress(progress, done, total)
        except BaseException:
            # KeyboardInterrupt, most of all: what nobody waits for is not left running.
            if cancel is not None and token in self._waiting:
                cancel(token)
            raise
        finally:
            self._waiting.pop(token, None)
        fine, payload = slot.outcome
        if fine:
            return payload
        raise errors.from_json(str(payload))

    def drain(self) -> None:
        """Delivers everything that has arrived. Runs on the native dispatch thread."""
        completions, progress, ready = self.mailbox.drain()
        for token, done, total in progress:
            slot = self._waiting.get(token)
            if slot is not None:
                slot.progress = (done, total)
                slot.flag.set()
        for token, fine, payload in completions:
            slot = self._waiting.pop(token, None)
            if slot is not None:
                slot.outcome = (fine, payload)
                slot.flag.set()
        for id in ready:
            sink = self.sinks.get(id)
            if sink is not None:
                sink.wake()

    def signal(self) -> ThreadSignal:
        return ThreadSignal()

    def soon(self, callback: Callable[[], None]) -> None:
        callback()  # only ever starts a thread

    def listen(self, listener: Listener, awaited: Awaitable[Any] | None = None) -> Sink:
        return ThreadListener(listener)

    def check_handler(self, handler: Callable[..., object]) -> None:
        # An object may be called like a function: then its class has the coroutine function.
        call = vars(type(handler)).get("__call__")
        if iscoroutinefunction(handler) or iscoroutinefunction(call):
            raise errors.UsageError(
                "trueroom.sync cannot run async handlers; use def, or the asyncio face"
            )

    def unhandled(self, message: str, error: BaseException) -> None:
        arguments = (type(error), error, error.__traceback__, threading.current_thread())
        threading.excepthook(threading.ExceptHookArgs(arguments))

    def stop(self) -> None:
        """Ends the handler threads before the interpreter takes itself apart."""
        if os.getpid() != self._pid:
            return
        listeners = [sink for sink in self.kept if isinstance(sink, ThreadListener)]
        for listener in listeners:
            listener.stop()
        until = time.monotonic() + 0.5
        for listener in listeners:
            listener.join(max(0.0, until - time.monotonic()))


class ThreadSignal:
    """A flag that one thread waits for."""

    def __init__(self) -> None:
        self._flag = Flag()

    def clear(self) -> None:
        self._flag.clear()

    def set(self) -> None:
        self._flag.set()

    async def wait(self, timeout: float | None) -> bool:
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = _POLL if end is None else min(_POLL, end - time.monotonic())
            if self._flag.take(max(0.0, left)):
                self._flag.set()
                return True
            if end is not None and time.monotonic() >= end:
                return False


class ThreadListener:
    """Runs a handler in a daemon thread of its own, so that a slow one holds up nobody else."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._flag = Flag()
        self._thread: threading.Thread | None = None
        self._start_lock = threading.Lock()

    def wake(self) -> None:
        if self._thread is None and not self._listener.closed:
            with self._start_lock:
                if self._thread is None:
                    name = f"trueroom-{getattr(self._listener.handler, '__name__', 'handler')}"
                    self._thread = threading.Thread(target=self._run, name=name, daemon=True)
                    self._thread.start()
        self._flag.set()

    def _run(self) -> None:
        listener = self._listener
        while not listener.closed:
            result = listener.step()
            if result is None:
                self._flag.take()
                listener.told = True
            elif result is not AGAIN:
                _discard(result)
                listener.failed(
                    errors.UsageError("trueroom.sync cannot run async handlers; use def")
                )

    def stop(self) -> None:
        """Asks the thread to end."""
        self._listener.halt()
        self._flag.set()

    def join(self, timeout: float) -> None:
        """Waits for the thread to end, as far as it does."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)


def _discard(awaitable: Any) -> None:
    close: Callable[[], None] | None = getattr(awaitable, "close", None)
    if close is not None:
        close()
