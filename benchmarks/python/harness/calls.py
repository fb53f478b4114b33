"""So many calls in flight at any time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from .measurement import Measurement

if TYPE_CHECKING:
    from . import Connect


async def run(connect: Connect, port: int, name: str, size: str, seconds: float) -> None:
    client = await connect(port)
    await measure(lambda: client.command("getIncomingFilesRequests"), name, int(size), seconds)
    await client.close()


async def measure(
    call: Callable[[], Awaitable[Any]], name: str, depth: int, seconds: float
) -> None:
    await work(call, depth, seconds / 4)  # Warm.
    measurement = Measurement(name)
    times = await work(call, depth, seconds)
    measurement.end(len(times), times)


async def work(call: Callable[[], Awaitable[Any]], depth: int, seconds: float) -> list[float]:
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def worker() -> None:
        sent = time.perf_counter()
        while sent < end:
            await call()
            now = time.perf_counter()
            times.append(now - sent)
            sent = now

    await asyncio.gather(*(worker() for _ in range(depth)))
    return times
