"""The core's log records, handed to `logging` in batches.

Nothing is forwarded, and the core makes no record, until the program has set logging up by the time
it connects. A thread of its own delivers, since a log handler is the user's code and may be slow.
"""

from __future__ import annotations

import atexit
import os
import threading

from . import _native
from ._flag import Flag
from ._logger import logger, logging_is_set_up

_lock = threading.Lock()
_forwarder: _Forwarder | None = None


def attach() -> None:
    """Asks the core for records of the level that is set now, if anybody would see them."""
    global _forwarder
    level = logger().getEffectiveLevel() if logging_is_set_up() else None
    with _lock:
        if _forwarder is None:
            if level is None:
                return
            _forwarder = _Forwarder()
        _forwarder.set_level(level)


class _Forwarder:
    def __init__(self) -> None:
        self._pid = os.getpid()
        self._flag = Flag()
        self._level: int | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="trueroom-logs", daemon=True)
        self._thread.start()
        atexit.register(self._stop)

    def set_level(self, level: int | None) -> None:
        if level != self._level:
            self._level = level
            _native.set_log_level(level, self._flag.set)

    def _run(self) -> None:
        while not self._stopped:
            self._flag.take()
            deliver()

    def _stop(self) -> None:
        if os.getpid() == self._pid:
            self._stopped = True
            self._flag.set()
            self._thread.join(0.5)


def deliver() -> None:
    """Hands over what has come."""
    # Records are made only for a program that has loaded it.
    import logging

    records, dropped = _native.take_logs()
    for level, target, message in records:
        log = logging.getLogger(target.replace("::", "."))
        if log.isEnabledFor(level):
            log.log(level, "%s", message)
    if dropped:
        logger().warning(
            "%d log records were dropped: they came faster than logging took them", dropped
        )
