"""Bursts of pushed events."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from . import handlers
from .measurement import Measurement

if TYPE_CHECKING:
    from . import Client

EVENT = "incomingFileRequestDownloadingProgress"
BURST = 10_000
"""Events asked for at once."""


async def run(client: Client, case: str, kind: str, seconds: float) -> None:
    """`two` or `all` fields are read; `unique`: two, and one field differs in each event."""
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
    measurement = Measurement(case)
    measurement.end(await bursts(seconds))
