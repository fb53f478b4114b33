"""So many calls in flight at any time."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from .measurement import Measurement

if TYPE_CHECKING:
    from . import Client


async def run(client: Client, case: str, depth: int, seconds: float) -> None:
    await work(client, depth, seconds / 4)  # Warm.
    measurement = Measurement(case)
    times = await work(client, depth, seconds)
    measurement.end(len(times), times)


async def work(client: Client, depth: int, seconds: float) -> list[float]:
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def worker() -> None:
        sent = time.perf_counter()
        while sent < end:
            await client.command("getIncomingFilesRequests")
            now = time.perf_counter()
            times.append(now - sent)
            sent = now

    await asyncio.gather(*(worker() for _ in range(depth)))
    return times
