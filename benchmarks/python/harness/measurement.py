"""The line that a client prints."""

from __future__ import annotations

import gc
import json
import time


class Measurement:
    """Time and CPU from its making to its end."""

    def __init__(self, case: str) -> None:
        gc.collect()
        self.case = case
        self.cpu = time.process_time()
        self.start = time.perf_counter()

    def end(self, count: int, times: list[float] | None = None, value: float | None = None) -> None:
        """Prints what came of `count` calls or events; `times` has the seconds each took.

        The value is how many there were in a second, unless another is given.
        """
        elapsed = time.perf_counter() - self.start
        cpu = time.process_time() - self.cpu
        line = {
            "case": self.case,
            "value": count / elapsed if value is None else value,
            "cpu_us": cpu / count * 1e6,
            "peak_kb": memory_kb("VmHWM:"),
        }
        if times:
            times.sort()
            line["p50_us"] = times[len(times) // 2] * 1e6
            line["p99_us"] = times[len(times) * 99 // 100] * 1e6
        print(json.dumps(line), flush=True)


def memory_kb(name: str) -> int | None:
    """A line of /proc/self/status, where there is one.

    Not getrusage, whose peak is at least the one of the program that started this one.
    """
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith(name))
    except OSError:
        return None
