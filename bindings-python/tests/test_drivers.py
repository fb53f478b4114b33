"""Who serves the connection: the event loop itself where it can, else native threads."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import trueroom
from conftest import PATIENCE, Script, frames, silent, soon
from trueroom.simulator import Simulator, SyncSimulator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its loop has no add_reader")


class Watched:
    """The descriptors that the running loop is asked to watch, as long as it is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now: set[int] = set()
        self.ever = 0
        loop: Any = asyncio.get_running_loop()
        add, remove = loop.add_reader, loop.remove_reader

        def add_reader(fd: int, *callback: Any) -> None:
            add(fd, *callback)
            assert fd not in self.now, "taken off before it is used again"
            self.now.add(fd)
            self.ever += 1

        def remove_reader(fd: int) -> bool:
            self.now.discard(fd)
            return bool(remove(fd))

        monkeypatch.setattr(loop, "add_reader", add_reader)
        monkeypatch.setattr(loop, "remove_reader", remove_reader)

    async def none(self) -> None:
        """Waits until nothing is watched: the loop hears of an end a moment after it."""
        while self.now:
            await asyncio.sleep(0)


async def test_the_loop_serves_its_rooms(
    async_simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(monkeypatch)
    async with trueroom.connect(**async_simulator.address) as room:
        assert len(watched.now) == 1
        answers = await asyncio.gather(*(room.command("getAppState") for _ in range(200)))
        assert [answer["result"] for answer in answers] == [True] * 200
    await soon(watched.none())


async def test_a_driver_can_be_chosen(
    async_simulator: Simulator, monkeypatch: pytest.MonkeyPatch, script: Script
) -> None:
    source = """
import asyncio, sys, trueroom
async def main():
    loop = asyncio.get_running_loop()
    loop.add_reader = lambda *_: print("watched")
    async with trueroom.connect("127.0.0.1", int(sys.argv[1])) as room:
        print((await room.command("getAppState"))["result"])
asyncio.run(main())
"""
    monkeypatch.setenv("TRUEROOM_DRIVER", "tokio")
    loop = asyncio.get_running_loop()
    done = await loop.run_in_executor(None, lambda: script(source, async_simulator.port))
    silent(done, "True\n")


async def test_a_descriptor_is_taken_off_before_it_is_used_again(
    async_simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(monkeypatch)
    async with trueroom.connect(**async_simulator.address) as room:
        states = room.events("connection")
        for how in ("reset", "fin", "close", "reset"):
            await async_simulator.drop_connection(how=how)
            while (await soon(anext(states))).state != "ready":
                pass
            assert (await soon(room.command("getAppState")))["result"] is True
        assert watched.ever == 5
        assert len(watched.now) == 1


async def test_a_room_closed_by_its_handler(
    async_simulator: Simulator, room: trueroom.Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(monkeypatch)
    async with trueroom.connect(**async_simulator.address, takeover=False) as mine:
        closing: list[asyncio.Task[None]] = []

        @mine.on("tick")
        def close(_: trueroom.Record) -> None:
            closing.append(asyncio.ensure_future(mine.close()))

        for number in range(100):
            await async_simulator.emit("tick", number=number)
        await soon(mine.wait_closed())
        await asyncio.gather(*closing)
    await soon(watched.none())


async def test_a_busy_loop_looks_alive_and_misses_nothing(simulator: SyncSimulator) -> None:
    times = {"ping_interval": 0.02, "ping_timeout": 60}
    async with trueroom.connect(**simulator.address, **times, queue_size=5000) as room:
        seen: list[int] = []
        complete = asyncio.Event()

        @room.on("tick")
        def handler(record: trueroom.Record) -> None:
            seen.append(record.number)
            if len(seen) == 2000:
                complete.set()

        await room.command("getAppState")
        emitter = simulator.asynchronous()
        emitting = (emitter.emit("tick", number=number) for number in range(2000))
        tasks = [asyncio.ensure_future(emit) for emit in emitting]
        await asyncio.sleep(0)
        # Blocks the loop. A ping is sent when the pong to the one before has been read.
        before = simulator.perform("waitFor", received="ping", count=0)["count"]
        simulator.wait_for(received="ping", count=before + 3)
        await asyncio.gather(*tasks)
        await soon(complete.wait())
        assert room.counters.reconnects == 0
        assert room.counters.dropped == 0
        # The simulator gets them side by side.
        assert sorted(seen) == list(range(2000))


async def test_what_comes_in_one_go_is_served_in_one_go(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    left = 0
    served = asyncio.Event()

    @room.on("tick")
    def handler(_: trueroom.Record) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            served.set()

    start = time.monotonic()
    # A turn reads 256 messages, and a few more are in no buffer of the system any more then.
    for count in range(257, 275):
        left = count
        served.clear()
        await async_simulator.perform("sendRaw", bytes=frames([{"event": "tick"}] * count))
        await soon(served.wait())
    # What is left over waits for up to a second each time.
    assert time.monotonic() - start < 6


class Deaf(asyncio.SelectorEventLoop):
    """A loop that promises to watch descriptors, and does not."""

    def add_reader(self, fd: Any, callback: Callable[..., Any], *args: Any) -> None:
        raise NotImplementedError


class Plain(asyncio.SelectorEventLoop):
    """A loop that does not even promise it."""

    add_reader = asyncio.AbstractEventLoop.add_reader


@pytest.mark.parametrize("kind", [Deaf, Plain])
def test_loops_that_cannot_watch(
    kind: type[asyncio.SelectorEventLoop], simulator: SyncSimulator
) -> None:
    async def main() -> None:
        async with trueroom.connect(**simulator.address) as room:
            answers = await asyncio.gather(*(room.command("getAppState") for _ in range(50)))
            assert all(answer["result"] for answer in answers)

    loop = kind()
    try:
        loop.run_until_complete(soon(main()))
    finally:
        loop.close()


def test_a_loop_that_is_closed_while_it_watches(script: Script) -> None:
    silent(
        script(
            """
import asyncio, gc, trueroom
from trueroom.simulator import SyncSimulator
simulator = SyncSimulator().start()
loop = asyncio.new_event_loop()
room = loop.run_until_complete(trueroom.connect(**simulator.address, ping_interval=0.05)._open())
loop.close()
# The native threads go on with it.
simulator.perform("sendRaw", ping="")
print(room.state, len(simulator.state().connections))
simulator.drop_connection(how="reset")
simulator.wait_for(received="auth", count=2)
simulator.wait_for(received="getOutgoingFilesRequests", count=2)
while room.state != "ready":
    simulator.state()
print(room.state)
del room, loop
while simulator.state().connections:
    gc.collect()
print(simulator.state().connections)
"""
        ),
        "ready 1\nready\n[]\n",
    )


async def test_more_than_the_connection_can_take(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    await async_simulator.perform("stall")
    text = "x" * 1_000_000

    def command(data: str) -> Coroutine[Any, Any, trueroom.Record]:
        return room.command("fireMyEvent", data=data, timeout=PATIENCE)

    calls = [asyncio.ensure_future(command(text)) for _ in range(30)]
    # Commands leave at the end of the turn, and do not fit.
    await asyncio.sleep(0)
    await async_simulator.perform("resume")
    answers = await soon(asyncio.gather(*calls))
    assert all(answer["result"] for answer in answers)
