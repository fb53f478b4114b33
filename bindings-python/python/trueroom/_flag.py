"""A flag for threads."""

from __future__ import annotations

import threading
from contextlib import suppress


class Flag:
    """A binary semaphore; much lighter than threading.Event, and as interruptible."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def clear(self) -> None:
        """Makes the next `take` wait."""
        self._lock.acquire(blocking=False)

    def set(self) -> None:
        """Lets one `take` through. Never blocks."""
        # RuntimeError: it was set already.
        with suppress(RuntimeError):
            self._lock.release()

    def take(self, timeout: float = -1) -> bool:
        """Waits until it is set, and clears it. Without a timeout for ever, which only a thread
        that gets no signals may do.
        """
        return self._lock.acquire(timeout=timeout)
