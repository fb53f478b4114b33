"""python-trueconf-room, the vendor's client, as its examples use it.

It has no awaitable answers and no request ids, so a call ends when a handler sees the answer. It
sends a command every 50 ms at most.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

from harness.events import BURST, EVENT
from harness.handlers import two_items
from harness.measurement import Measurement

PATIENCE = 30.0


def waiter(room: Any, schema: dict[str, Any]) -> Callable[[], None]:
    """Waits for a message of this shape; may be called again and again."""
    came = threading.Event()
    room.add_handler(schema, lambda _: came.set())

    def wait() -> None:
        if not came.wait(PATIENCE):
            raise TimeoutError(f"no {schema}")
        came.clear()

    return wait


def run(port: int, case: str, seconds: float) -> None:
    import trueconf_room

    room = trueconf_room.open_session(ip="127.0.0.1", port=port, pin=None, debug=False)
    if case == "calls-1":
        step = calls(room)
    elif case == "events-two":
        step = events(room)
    else:
        raise SystemExit(f"no case {case}")
    step()  # Warm.
    measurement = Measurement(case)
    count, times = 0, []
    while (sent := time.perf_counter()) - measurement.start < seconds:
        count += step()
        times.append(time.perf_counter() - sent)
    measurement.end(count, times if case == "calls-1" else None)


def calls(room: Any) -> Callable[[], int]:
    method = "getIncomingFilesRequests"
    wait = waiter(room, {"method": method, "result": None})

    def step() -> int:
        room.command({"method": method})
        wait()
        return 1

    return step


def events(room: Any) -> Callable[[], int]:
    done = threading.Event()
    room.add_handler({"event": EVENT}, two_items(BURST, done.set))

    def step() -> int:
        done.clear()
        room.command({"method": "emitProgress", "count": BURST})
        if not done.wait(PATIENCE):
            raise TimeoutError("events are missing")
        return BURST

    return step


if __name__ == "__main__":
    # It writes a log file into the working folder as soon as it is imported.
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            run(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
            sys.stdout.flush()
        finally:
            os.chdir("/")
    # Its threads never end.
    os._exit(0)
