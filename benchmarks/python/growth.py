"""What must not grow: the cost of a call or an event with the size of everything around it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from harness import Connect, calls, events
from harness.connects import connect_many
from harness.limits import raise_limit
from harness.measurement import Measurement

DEPTH = 64


async def fill_book(client: Any, size: int) -> None:
    await client.command("setRequests", count=size)
    await client.room.files.refresh()
    if len(client.room.files.requests) != size:
        raise AssertionError(f"the book has {len(client.room.files.requests)} requests")


async def book(connect: Connect, port: int, name: str, size: str, seconds: float) -> None:
    """Calls, with so many file requests in the book."""
    client = await connect(port)
    await fill_book(client, int(size))
    await calls.measure(lambda: client.command("getAppState"), name, DEPTH, seconds)
    await client.close()


async def progress(connect: Connect, port: int, name: str, size: str, seconds: float) -> None:
    """Events about one file request of so many."""
    client = await connect(port)
    await fill_book(client, int(size))
    await events.measure(client, name, "two", seconds)
    await client.close()


async def rooms(connect: Connect, port: int, name: str, size: str, seconds: float) -> None:
    """Calls on one of so many rooms."""
    raise_limit(int(size))
    clients = await connect_many(connect, port, int(size))
    call = clients[0].command
    await calls.measure(lambda: call("getAppState"), name, DEPTH, seconds)
    await asyncio.gather(*(client.close() for client in clients))


async def others(connect: Connect, port: int, name: str, size: str, seconds: float) -> None:
    """Events, beside so many handlers of other events."""
    client = await connect(port)
    for _ in range(int(size)):
        client.on_event("appStateChanged", lambda _: None)
    await events.measure(client, name, "two", seconds)
    await client.close()


async def slow(connect: Connect, port: int, name: str, size: str, seconds: float) -> None:
    """Calls while events come, beside so many handlers that never come to an end."""
    client: Any = await connect(port)
    for _ in range(int(size)):
        client.on_event(events.EVENT, never)
    await beside_events(client, name, seconds)
    await client.close()


async def never(_: Any) -> None:
    await asyncio.get_running_loop().create_future()


async def dead(connect: Connect, port: int, name: str, size: str, seconds: float) -> None:
    """The same, beside so many rooms that no longer answer and have calls in flight."""
    silent = await connect_many(connect, port, int(size)) if int(size) else []
    pending = []
    for client in silent:
        await client.command("fallSilent")
        pending += [asyncio.ensure_future(client.command("getAppState")) for _ in range(100)]
    client = await connect(port)
    await beside_events(client, name, seconds)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    await asyncio.gather(*(client.close() for client in [client, *silent]))


async def beside_events(client: Any, name: str, seconds: float) -> None:
    """Calls one after the other, each followed by ten events for one quick handler."""
    client.on_event(events.EVENT, lambda _: None)

    async def work(seconds: float) -> list[float]:
        times = []
        end = time.perf_counter() + seconds
        while (sent := time.perf_counter()) < end:
            await client.command("emitProgress", count=10)
            times.append(time.perf_counter() - sent)
        return times

    await work(seconds / 4)  # Warm.
    measurement = Measurement(name)
    times = await work(seconds)
    measurement.end(len(times), times)


CASES = {
    "book": book,
    "dead": dead,
    "others": others,
    "progress": progress,
    "rooms": rooms,
    "slow": slow,
}
