"""Bursts of pushed events."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from . import handlers
from .measurement import Measurement

if TYPE_CHECKING:
    from . import Client, Connect

EVENT = "incomingFileRequestDownloadingProgress"
BURST = 10_000
"""Events asked for at once."""


async def run(connect: Connect, port: int, name: str, size: str, seconds: float) -> None:
    """`two` or `all` fields are read; `unique`: two, and one field differs in each event."""
    client = await connect(port)
    await measure(client, name, size, seconds)
    await client.close()


async def measure(client: Client, name: str, kind: str, seconds: float) -> None:
    burst_done = asyncio.Event()
    make = handlers.choose("all" if kind == "all" else "two", client.attributes)
    client.on_event(EVENT, make(BURST, burst_done.set))

    async def bursts(seconds: float) -> int:
        count = 0
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            burst_done.clear()
            await client.command("emitProgress", count=BURST, unique=kind == "unique")
            await burst_done.wait()
            count += BURST
        return count

    await bursts(seconds / 4)  # Warm.
    measurement = Measurement(name)
    measurement.end(await bursts(seconds))
