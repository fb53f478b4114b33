"""The Python package under load: `trueroom_client.py PORT SECONDS` prints a JSON object a case."""

from __future__ import annotations

import asyncio
import json
import sys
import time

import trueroom

BURST = 10_000
"""Events asked for at once, well within the queue."""


async def calls(room: trueroom.Room, depth: int, seconds: float) -> None:
    times: list[float] = []
    start = time.perf_counter()

    async def worker() -> None:
        while (sent := time.perf_counter()) - start < seconds:
            await room.command("getIncomingFilesRequests")
            times.append(time.perf_counter() - sent)

    await asyncio.gather(*(worker() for _ in range(depth)))
    elapsed = time.perf_counter() - start
    times.sort()
    report(
        f"calls-{depth}",
        len(times) / elapsed,
        p50_us=round(times[len(times) // 2] * 1e6),
        p99_us=round(times[len(times) * 99 // 100] * 1e6),
    )


async def events(room: trueroom.Room, seconds: float) -> None:
    seen = 0
    burst_done = asyncio.Event()

    @room.on("incomingFileRequestDownloadingProgress")
    def progress(event: trueroom.Record) -> None:
        nonlocal seen
        # Two fields are read, as a progress bar would.
        if event.processed_percents >= 0 and event.file_request_id:
            seen += 1
        if seen % BURST == 0:
            burst_done.set()

    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        burst_done.clear()
        await room.command("emitProgress", count=BURST)
        await burst_done.wait()
    report("events", seen / (time.perf_counter() - start))


def report(case: str, rate: float, **more: int) -> None:
    print(json.dumps({"case": case, "per_second": round(rate), **more}), flush=True)


async def main() -> None:
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    async with trueroom.connect(websocket_port=port, http_port=port, queue_size=2 * BURST) as room:
        for depth in (1, 64, 1000):
            await calls(room, depth, seconds)
        await events(room, seconds)


asyncio.run(main())
