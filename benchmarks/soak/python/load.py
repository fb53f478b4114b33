"""The mixed load of one lap: everything that an application does, at once."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import trueroom
from terminals import Terminal

EVENT = "soakTick"

FAULTS: list[dict[str, Any]] = [
    {"op": "dropConnection", "how": "reset"},
    {"op": "dropConnection", "how": "fin"},
    {"op": "dropConnection", "how": "close", "code": 1001},
    {"op": "halfOpen"},
    {"op": "stall"},
    {"op": "resume"},
    {"op": "garbage", "kind": "text"},
    {"op": "duplicate", "frames": 3},
    {"op": "restart"},
]


class Lap:
    """A lap and what was counted in it. `steady` is never disturbed, `shaky` all the time."""

    def __init__(self, lap: int, seconds: float, folder: Path) -> None:
        self.random = random.Random(lap)
        self.end = time.monotonic() + seconds
        self.folder = folder
        self.count: Counter[str] = Counter()

    def is_over(self) -> bool:
        return time.monotonic() >= self.end

    async def calls(self, room: trueroom.Room, method: str = "getAppState") -> None:
        """Calls, of which some fail on a shaky room: each settles."""
        while not self.is_over():
            self.count["calls"] += 1
            try:
                await room.command(method)
                self.count["answered"] += 1
            except trueroom.TrueroomError as error:
                self.count["failed"] += 1
                self.count[type(error).__name__] += 1
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.001)

    async def cancelled_calls(self, room: trueroom.Room, terminal: Terminal) -> None:
        while not self.is_over():
            await terminal.perform("delayAnswer", method="getLogin", ms=20)
            self.count["calls"] += 1
            task = asyncio.ensure_future(room.command("getLogin"))
            await asyncio.sleep(self.random.choice([0, 0.001, 0.005]))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.count["cancelled"] += 1
        await terminal.perform("clearFaults")

    async def emit(self, terminal: Terminal) -> None:
        """Events; the last one says so."""
        while not self.is_over():
            for _ in range(20):
                event = {"event": EVENT, "last": False, "padding": "x" * 200}
                await terminal.perform("emit", event=event)
                self.count["emitted"] += 1
            await asyncio.sleep(0.005)
        await terminal.perform("emit", event={"event": EVENT, "last": True})
        self.count["emitted"] += 1

    async def read(self, room: trueroom.Room, name: str, pause: float, queue: int) -> None:
        """Reads events to the last: what came and what was dropped add up to what was emitted."""
        async with room.events(EVENT, queue_size=queue) as events:
            self.count["readers"] += 1
            async for event in events:
                if event.event == "lagged":
                    self.count[f"{name} dropped"] += event.dropped
                else:
                    self.count[f"{name} read"] += 1
                    if event.last:
                        return
                if pause and not self.is_over():
                    await asyncio.sleep(pause)

    async def churn_subscribers(self, room: trueroom.Room) -> None:
        while not self.is_over():
            async with room.events(EVENT) as events:
                async for _ in events:
                    break
            handler = room.on(EVENT, lambda _: None)
            await asyncio.sleep(0)
            room.off(EVENT, handler)
            self.count["subscribers"] += 2

    async def receive_files(self, terminal: Terminal) -> None:
        """Files are offered; the room's handler accepts, saves or rejects them."""
        while not self.is_over():
            text = "x" * self.random.randint(1, 50_000)
            await terminal.perform("offerFile", name="offered.txt", text=text)
            self.count["offered"] += 1
            await asyncio.sleep(0.05)

    async def keep_file(self, request: trueroom.FileRequest) -> None:
        if self.random.random() < 0.2:
            await request.reject()
            self.count["rejected"] += 1
            return
        await request.accept()
        check_and_remove(Path(await request.save(self.folder)), request.size)
        self.count["saved"] += 1

    async def send_files(self, room: trueroom.Room) -> None:
        while not self.is_over():
            content = b"y" * self.random.randint(1, 50_000)
            sent = await room.files.send(content, name="sent.txt", to="alice@example.test")
            await sent.wait(60)
            self.count["sent files"] += 1
            await asyncio.sleep(0.05)

    async def churn_rooms(self, connect: Callable[[], Awaitable[trueroom.Room]]) -> None:
        while not self.is_over():
            room = await connect()
            room.on(EVENT, lambda _: None)
            room.files.on_request(lambda _: None)
            await room.command("getAppState")
            await room.close()
            self.count["rooms"] += 1

    async def disturb(self, terminal: Terminal) -> None:
        while not self.is_over():
            await asyncio.sleep(self.random.uniform(0.02, 0.3))
            await terminal.perform(**self.random.choice(FAULTS))
            self.count["faults"] += 1
        await terminal.perform("resume")
        await terminal.perform("clearWireFaults")


def check_and_remove(path: Path, size: int) -> None:
    if path.stat().st_size != size:
        raise AssertionError(f"{path} is not complete")
    path.unlink()


async def until(condition: Callable[[], bool]) -> bool:
    """Waits until it is so, but not for ever; false when it never was."""
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.005)
    return True
