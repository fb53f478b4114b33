"""A fleet of many rooms against as many simulators, measured; prints one JSON object.

python fleet_client.py SIMULATOR ROOMS
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import trueroom

PATIENCE = 120.0
# How long the terminals are without power.
OFF = 5.0
IDLE = 3.0


class Terminals:
    """Simulators in a process of their own."""

    def __init__(self, process: asyncio.subprocess.Process, infos: list[Any]) -> None:
        self.process = process
        self.infos = infos

    @classmethod
    async def start(cls, program: str, count: int) -> Terminals:
        process = await asyncio.create_subprocess_exec(
            program,
            "--stdin",
            "--count",
            str(count),
            # Below the ports that the system gives to clients: while a terminal is off, one of its
            # own clients would get the port that it comes back on.
            *("--port", "20000", "--websocket-port", "22000", "--http-port", "24000"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 26,
        )
        return cls(process, await cls.line(process))

    @staticmethod
    async def line(process: asyncio.subprocess.Process) -> Any:
        assert process.stdout is not None
        return json.loads(await process.stdout.readline())

    async def perform(self, op: str, **fields: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"op": op, **fields}).encode() + b"\n")
        answer = await self.line(self.process)
        assert answer["ok"], answer


def resident() -> int:
    """Memory in kB."""
    gc.collect()
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def threads() -> int:
    return len(os.listdir("/proc/self/task"))


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


class Measurement:
    def __init__(self, terminals: Terminals, rooms: int) -> None:
        self.terminals = terminals
        self.rooms = rooms
        self.result: dict[str, float] = {"rooms": rooms}
        self.asked: set[tuple[str | None, str]] = set()
        self.news = asyncio.Event()

    def offered(self, room: trueroom.Room, request: trueroom.FileRequest) -> None:
        assert (room.key, request.id) not in self.asked, "a request came twice"
        self.asked.add((room.key, request.id))
        self.news.set()

    async def connect(self, fleet: trueroom.Fleet) -> None:
        before = resident(), descriptors(), time.process_time()
        start = time.perf_counter()
        for number, info in enumerate(self.terminals.infos):
            fleet.add(f"room-{number:04}", info["host"], port=info["port"])
        late = await fleet.wait_ready(PATIENCE)
        assert not late, late
        self.result["connected_s"] = time.perf_counter() - start
        self.result["connect_cpu_ms"] = (time.process_time() - before[2]) * 1000 / self.rooms
        self.result["kb_per_room"] = (resident() - before[0]) / self.rooms
        self.result["descriptors_per_room"] = (descriptors() - before[1]) / self.rooms
        self.result["threads"] = threads()

    async def use(self, fleet: trueroom.Fleet) -> None:
        cpu = time.process_time()
        await asyncio.sleep(IDLE)
        self.result["idle_cpu_percent"] = (time.process_time() - cpu) / IDLE * 100
        start = time.perf_counter()
        (await fleet.command("getAppState")).check()
        self.result["command_ms"] = (time.perf_counter() - start) * 1000
        start = time.perf_counter()
        health = fleet.health()
        self.result["health_ms"] = (time.perf_counter() - start) * 1000
        assert health.ready == self.rooms

    async def cut(self, fleet: trueroom.Fleet, off: float, name: str) -> None:
        """All terminals go at once and come back; meanwhile each is offered a file."""
        want = len(self.asked) + self.rooms
        await self.terminals.perform("stopListening")
        await self.terminals.perform("dropConnection", how="reset")
        await self.terminals.perform("waitConnections", count=0)
        await self.terminals.perform("offerFile", text="hello")
        await asyncio.sleep(off)
        await self.terminals.perform("restart")
        start = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            while len(self.asked) < want:
                self.news.clear()
                await self.news.wait()
            late = await fleet.wait_ready(PATIENCE)
        assert not late, late
        self.result[f"{name}_s"] = time.perf_counter() - start
        self.result["threads"] = max(threads(), self.result["threads"])


async def main(program: str, rooms: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    terminals = await Terminals.start(program, rooms)
    measurement = Measurement(terminals, rooms)
    try:
        async with trueroom.Fleet() as fleet:
            fleet.files.on_request(measurement.offered)
            await measurement.connect(fleet)
            await measurement.use(fleet)
            await measurement.cut(fleet, 0, "restart")
            await measurement.cut(fleet, OFF, "power_cut")
            measurement.result["lost"] = 2 * rooms - len(measurement.asked)
            start = time.perf_counter()
        measurement.result["close_s"] = time.perf_counter() - start
    finally:
        terminals.process.kill()
        await terminals.process.wait()
    print(json.dumps(measurement.result))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
