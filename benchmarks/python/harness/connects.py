"""Connecting, and what connections cost that do nothing."""

from __future__ import annotations

import asyncio
import gc
import time
from typing import TYPE_CHECKING

from .limits import raise_limit
from .measurement import Measurement, memory_kb

if TYPE_CHECKING:
    from . import Client, Connect

AT_ONCE = 50


async def run(connect: Connect, port: int, name: str, _: str, seconds: float) -> None:
    """Connects and closes, again and again; the value is the median time of a connect."""

    async def work(seconds: float) -> list[float]:
        times = []
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            client = await connect(port)
            times.append(time.perf_counter() - start)
            await client.close()
        return times

    await work(seconds / 4)  # Warm.
    measurement = Measurement(name)
    times = await work(seconds)
    times.sort()
    measurement.end(len(times), times, value=times[len(times) // 2] * 1000)


async def connect_many(connect: Connect, port: int, count: int) -> list[Client]:
    clients: list[Client] = []
    while len(clients) < count:
        at_once = min(AT_ONCE, count - len(clients))
        clients += await asyncio.gather(*(connect(port) for _ in range(at_once)))
    return clients


async def idle(connect: Connect, port: int, name: str, size: str, _: float) -> None:
    """The value is the memory of a connection, in kB: what the process grew by, shared out."""
    count = int(size)
    raise_limit(count)
    clients = await connect_many(connect, port, 1)
    gc.collect()
    before = memory_kb("VmRSS:")
    measurement = Measurement(name)
    clients += await connect_many(connect, port, count - 1)
    gc.collect()
    after = memory_kb("VmRSS:")
    if before is None or after is None:
        raise SystemExit("this system does not tell the memory of a process")
    measurement.end(count - 1, value=(after - before) / (count - 1))
    await asyncio.gather(*(client.close() for client in clients))
