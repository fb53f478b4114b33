"""A long mixed load with reconnects: `soak.py SIMULATOR SECONDS`.

It goes in laps. After each lap everything that the lap began has ended; then what the process holds
is counted. The last line is a JSON object; exit status 0 means that nothing was left over.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import trueroom
from load import Lap, until
from resources import Sample, sample, slope
from terminals import Terminal

LAP = 3.0
"""Most seconds of load in a lap; in a short run there are to be `LAPS` laps all the same."""
LAPS = 8

WARM = 0.3
"""The share of the laps in which caches and pools may fill."""

GROWTH_KB = 6 * 1024
"""How much larger the process may be at the end than the line through its samples was after the
warm-up. A leak of one small object in each call would be many times that in 30 minutes."""

SHORT = 120.0
GROWTH_SHORT_KB = 6 * 1024
"""The same in a run of fewer seconds than that, which is all warm-up."""

GROWTH_OBJECTS = 2000
"""The same for the objects that the garbage collector knows; each lap leaves one sample."""

SLACK = 4
"""Descriptors and threads that pools may have for a moment."""


class Soak:
    def __init__(self, program: str, folder: Path) -> None:
        self.program = program
        self.folder = folder
        self.total: Counter[str] = Counter()
        self.samples: list[Sample] = []
        self.problems: list[str] = []

    async def run(self, seconds: float) -> None:
        start = time.monotonic()
        quiet = await Terminal.start(self.program)
        unquiet = await Terminal.start(self.program)
        third = await Terminal.start(self.program)
        # A new one in each lap: a room that is lost again and again waits longer and longer.
        options = {"ping_interval": 0.3, "ping_timeout": 1.0, "connect_timeout": 60.0}
        async with trueroom.connect(port=quiet.port) as steady:
            lap = 0
            while time.monotonic() - start < seconds or lap < 5:
                lap += 1
                # Closed whether it is connected or waits to be.
                async with trueroom.connect(port=unquiet.port, **options) as shaky:
                    time_of_lap = min(LAP, seconds / LAPS)
                    await self.lap(lap, time_of_lap, steady, shaky, quiet, unquiet, third)
                self.samples.append(sample(time.monotonic() - start))
        for terminal in (quiet, unquiet, third):
            await terminal.stop()
        self.judge()

    async def lap(
        self,
        number: int,
        seconds: float,
        steady: trueroom.Room,
        shaky: trueroom.Room,
        quiet: Terminal,
        unquiet: Terminal,
        third: Terminal,
    ) -> None:
        lap = Lap(number, seconds, self.folder)
        steady.files.on_request(lap.keep_file)

        async def connect() -> trueroom.Room:
            return await trueroom.connect(port=third.port)

        readers = [
            asyncio.create_task(lap.read(steady, "quick", 0, 100_000)),
            asyncio.create_task(lap.read(steady, "slow", 0.02, 16)),
        ]
        await until(lambda: lap.count["readers"] == len(readers))
        await asyncio.gather(
            *(lap.calls(room) for room in (steady, shaky) for _ in range(8)),
            lap.cancelled_calls(steady, quiet),
            lap.emit(quiet),
            lap.churn_subscribers(steady),
            lap.receive_files(quiet),
            lap.send_files(steady),
            lap.churn_rooms(connect),
            lap.disturb(unquiet),
        )
        await asyncio.gather(*readers)
        count = lap.count
        await self.comes(
            number,
            "an answer to each offer",
            lambda: count["saved"] + count["rejected"] == count["offered"],
        )
        steady.files.off_request(lap.keep_file)
        await steady.files.clear_history(delete_files=True)
        await self.comes(number, "an empty book", lambda: not steady.files.requests)
        await self.comes(number, "rest, steady", lambda: steady.counters.pending == 0)
        await self.comes(number, "rest, shaky", lambda: shaky.counters.pending == 0)
        self.check(number, lap.count, steady)
        self.total += lap.count
        self.total["reconnects"] += shaky.counters.reconnects

    async def comes(self, number: int, what: str, condition: Callable[[], bool]) -> None:
        """Waits for something that has to be so at one moment, not from then on: a room asks its
        terminal by itself after a reconnect, after an odd event and every minute, so that a second
        look may find such a question under way.
        """
        if not await until(condition):
            self.problems.append(f"lap {number}: {what} never came")

    def check(self, number: int, count: Counter[str], steady: trueroom.Room) -> None:
        def expect(what: str, found: int, wanted: int) -> None:
            if found != wanted:
                self.problems.append(f"lap {number}: {what}: {found}, not {wanted}")

        settled = count["answered"] + count["failed"] + count["cancelled"]
        expect("calls settled", settled, count["calls"])
        for name in ("quick", "slow"):
            told = count[f"{name} read"] + count[f"{name} dropped"]
            expect(f"events told to the {name} reader", told, count["emitted"])
        expect("events lost by the quick reader", count["quick dropped"], 0)
        expect("reconnects of the steady room", steady.counters.reconnects, 0)

    def judge(self) -> None:
        """Nothing may be left over that was not there after the warm-up."""
        warm = max(2, round(len(self.samples) * WARM))
        before, after = self.samples[:warm], self.samples[warm:]
        if len(after) < 2:
            self.problems.append(f"{len(self.samples)} laps are too few to tell")
            return
        for name, slack in (("tasks", 0), ("threads", SLACK), ("descriptors", SLACK)):
            most = max(getattr(s, name) for s in before)
            last = min(getattr(s, name) for s in after[-3:])
            if last > most + slack:
                self.problems.append(f"{name}: {last} at the end, {most} after the warm-up")
        time = after[-1].seconds - after[0].seconds
        memory = GROWTH_KB if after[-1].seconds > SHORT else GROWTH_SHORT_KB
        for name, bound in (("rss_kb", memory), ("objects", GROWTH_OBJECTS)):
            growth = time * slope([(s.seconds, getattr(s, name)) for s in after])
            self.total[f"{name} grown"] = round(growth)
            if growth > bound:
                self.problems.append(f"{name} grew by {growth:.0f}, more than {bound}")

    def report(self) -> None:
        line = {
            "laps": len(self.samples),
            "count": self.total,
            "first": asdict(self.samples[0]),
            "last": asdict(self.samples[-1]),
            "samples": [[round(s.seconds), s.rss_kb, s.objects] for s in self.samples],
            "problems": self.problems,
        }
        print(json.dumps(line), flush=True)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(sys.argv[1], Path(folder))
        asyncio.run(soak.run(float(sys.argv[2])))
    soak.report()
    return 1 if soak.problems else 0


if __name__ == "__main__":
    sys.exit(main())
