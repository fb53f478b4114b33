"""What an event loop and a program without one have in common.

A host owns one native mailbox. Every call gets a token; the mailbox hands back what became of each
token, in order, and the ids of subscriptions that have something to take. Shared code is written as
coroutines over a host. On an event loop they are ordinary coroutines; without one, `run` drives
them, and they block inside instead of yielding.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar
from weakref import WeakValueDictionary

from . import _native, errors
from ._logger import logger

T = TypeVar("T")
A = TypeVar("A", bound=_native.Fields)
Payload = str | bytes
Progress = Callable[[int, int], object]
Start = Callable[[int], None]

# Items taken from a native queue at a time.
BATCH = 256


class Sink(Protocol):
    """Someone who takes from a subscription when told that there is something."""

    def wake(self) -> None: ...


class Signal(Protocol):
    """A flag to wait for. Setting it wakes every waiter."""

    def clear(self) -> None: ...
    def set(self) -> None: ...
    async def wait(self, timeout: float | None) -> bool: ...


class Host(ABC):
    """One mailbox, and everybody who waits for something in it."""

    mailbox: _native.Mailbox
    # Whether handlers that return at once may share a subscription.
    shares = False

    def __init__(self) -> None:
        self.sinks: WeakValueDictionary[int, Sink] = WeakValueDictionary()
        # Handlers keep themselves and their room alive until they are taken off.
        self.kept: set[Sink] = set()

    def token(self) -> int:
        """A token that no call of this mailbox has had."""
        return self.mailbox.token()

    @abstractmethod
    def check(self) -> None:
        """Raises UsageError when the caller cannot wait on this host."""

    @abstractmethod
    async def call(
        self, start: Start, cancel: Start | None = None, progress: Progress | None = None
    ) -> Payload:
        """Starts something native and waits for its outcome.

        Args:
            start: Called with the token.
            cancel: Called with the token when the caller stops waiting.
            progress: Called with bytes done and total.
        """

    async def send(
        self, native: _native.Room, method: str, wire: str, timeout: float | None, answer: type[A]
    ) -> A:
        """Sends a command and waits for its answer, a record of the class."""

        def start(token: int) -> None:
            native.call(token, method, wire, timeout)

        return answer(text(await self.call(start, native.cancel)))

    @abstractmethod
    def signal(self) -> Signal:
        """A new flag."""

    @abstractmethod
    def soon(self, callback: Callable[[], None]) -> None:
        """Calls it when the caller is done with what it does now."""

    @abstractmethod
    def listen(self, listener: Any, awaited: Awaitable[Any] | None = None) -> Sink:
        """Starts to deliver what `_listen.Listener` takes to its handlers, when what is to be
        awaited before is done.
        """

    def check_handler(self, handler: Callable[..., object]) -> None:
        """Raises UsageError for a handler that this host cannot run."""
        return

    @abstractmethod
    def unhandled(self, message: str, error: BaseException) -> None:
        """Shows an error that nobody listens to, as the host shows its own."""


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine whose waits block instead of yielding."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise errors.TrueroomError("internal error: a blocking call yielded; please report this")


def text(payload: Payload) -> str:
    """The JSON text of an outcome that is not bytes."""
    return payload if isinstance(payload, str) else payload.decode()


def milliseconds(name: str, seconds: object) -> float | None:
    """Seconds as milliseconds for the core; UsageError for what is no duration."""
    if seconds is None:
        return None
    # bool is a number to Python; timeout=True is a mistake.
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
        raise errors.UsageError(f"{name} must be a number of seconds >= 0, not {seconds!r}")
    return min(seconds, 365 * 86_400.0) * 1000


def report_progress(progress: Progress, done: int, total: int) -> None:
    """Calls a progress callback; what it raises is logged and stops nothing."""
    try:
        progress(done, total)
    except Exception:
        logger().exception("on_progress callback failed")
