"""Many handlers of one event."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from . import handlers
from .events import BURST, EVENT
from .measurement import Measurement

if TYPE_CHECKING:
    from . import Connect


async def run(connect: Connect, port: int, name: str, size: str, seconds: float) -> None:
    """What is counted is deliveries: events times handlers."""
    client = await connect(port)
    subscribers = int(size)
    burst = BURST // subscribers
    done = asyncio.Semaphore(0)
    make = handlers.choose("two", client.attributes)
    for _ in range(subscribers):
        client.on_event(EVENT, make(burst, done.release))

    async def bursts(seconds: float) -> int:
        count = 0
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            await client.command("emitProgress", count=burst)
            for _ in range(subscribers):
                await done.acquire()
            count += burst * subscribers
        return count

    await bursts(seconds / 4)  # Warm.
    measurement = Measurement(name)
    measurement.end(await bursts(seconds))
    await client.close()
