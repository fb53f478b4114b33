"""Handlers of one event: they share what they can, and no one feels the others."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import trueroom
from conftest import frames, soon
from trueroom import Record
from trueroom.simulator import Simulator


async def burst(simulator: Simulator, room: trueroom.Room, count: int) -> None:
    """Has events arrive in one go, and their handlers called as far as they do not wait."""
    events = [{"event": "tick", "number": number} for number in range(count)]
    async with room.expect("tick", where=lambda e: e.number == count - 1, timeout=10):
        await simulator.perform("sendRaw", bytes=frames(events))
    await room.command("getAppState")


async def test_many_handlers_get_the_same_records_in_order(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    seen: list[list[Record]] = [[] for _ in range(1000)]
    for records in seen:
        room.on("tick", records.append)
    await burst(async_simulator, room, 300)
    assert [record.number for record in seen[0]] == list(range(300))
    for records in seen:
        assert len(records) == 300
        assert all(mine is other for mine, other in zip(records, seen[0], strict=True))


async def test_a_handler_that_waits_holds_up_none_and_misses_nothing(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    gate, done = asyncio.Event(), asyncio.Event()
    first: list[int] = []
    slow: list[int] = []
    last: list[int] = []
    room.on("tick", lambda record: first.append(record.number))

    @room.on("tick")
    async def handler(record: Record) -> None:
        # An awaitable from the start, that does not wait yet.
        if record.number >= 3:
            await gate.wait()
        slow.append(record.number)
        if len(slow) == 400:
            done.set()

    room.on("tick", lambda record: last.append(record.number))
    await burst(async_simulator, room, 300)
    await room.command("getAppState")
    assert [first, slow, last] == [list(range(300)), [0, 1, 2], list(range(300))]
    await burst(async_simulator, room, 100)
    assert first == last == [*range(300), *range(100)]
    gate.set()
    await soon(done.wait())
    assert slow == first


async def test_handlers_that_all_wait_have_a_queue_each(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    gates = [asyncio.Event() for _ in range(3)]
    seen: list[list[int]] = [[], [], []]
    lagged: list[tuple[int, str]] = []
    room.on("lagged", lambda record: lagged.append((record.dropped, record.source)))

    def listen(numbers: list[int], gate: asyncio.Event) -> None:
        @room.on("tick", queue_size=2)
        async def handler(record: Record) -> None:
            numbers.append(record.number)
            await gate.wait()

    for numbers, gate in zip(seen, gates, strict=True):
        listen(numbers, gate)
    await burst(async_simulator, room, 1)
    await burst(async_simulator, room, 10)
    assert seen == [[0], [0], [0]]
    gates[1].set()
    while len(seen[1]) < 3:
        await soon(room.command("getAppState"))
    await burst(async_simulator, room, 1)
    while len(seen[1]) < 4 or not lagged:
        await soon(room.command("getAppState"))
    assert seen == [[0], [0, 8, 9, 0], [0]]
    assert lagged == [(8, "tick")]
    assert room.counters.dropped == 26
    gates[0].set()
    gates[2].set()
    while len(seen[0]) < 3 or len(lagged) < 3:
        await soon(room.command("getAppState"))
    assert seen[0] == [0, 9, 0]
    assert lagged[1:] == [(9, "tick")] * 2


async def test_what_fails_is_told_and_reaches_no_other_handler(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    errors: list[str] = []
    seen: list[int] = []
    complete = asyncio.Event()

    @room.on("error")
    def tell(record: Record) -> None:
        errors.append(record.kind)
        if len(errors) == 4:
            complete.set()

    @room.on("tick")
    def at_once(record: Record) -> None:
        raise KeyError(record.number)

    @room.on("tick")
    async def later(record: Record) -> None:
        await room.command("getAppState")
        raise ValueError(record.number)

    room.on("tick", lambda record: seen.append(record.number))
    await burst(async_simulator, room, 2)
    await soon(complete.wait())
    assert sorted(errors) == ["KeyError", "KeyError", "ValueError", "ValueError"]
    assert seen == [0, 1]


async def test_handlers_come_and_go_while_events_are_given_out(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    mine: list[int] = []
    other: list[int] = []
    late: list[int] = []
    once: list[int] = []
    finished = asyncio.Event()

    def victim(record: Record) -> None:
        other.append(record.number)

    @room.on("tick")
    def taken(record: Record) -> None:
        mine.append(record.number)
        if record.number == 2:
            room.off("tick", taken)
            room.off("tick", victim)
            room.on("tick", lambda record: late.append(record.number))

    room.on("tick", victim)
    room.once("tick", lambda record: once.append(record.number))

    @room.once("tick")
    async def wait(record: Record) -> None:
        await room.command("getAppState")
        once.append(record.number)
        finished.set()

    await burst(async_simulator, room, 5)
    await soon(finished.wait())
    assert (mine, other, late, once) == ([0, 1, 2], [0, 1], [], [0, 0])
    await burst(async_simulator, room, 2)
    assert (len(mine), len(other), late) == (3, 2, [0, 1])
    room.off("tick")
    await burst(async_simulator, room, 2)
    assert late == [0, 1]


async def test_what_ends_a_round_early_takes_no_event_from_the_others(
    async_simulator: Simulator, room: trueroom.Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[int]] = [[], [], []]

    def listen(numbers: list[int]) -> None:
        @room.on("tick")
        def handler(record: Record) -> None:
            numbers.append(record.number)
            if numbers is seen[1] and record.number == 1:
                raise KeyboardInterrupt

    for numbers in seen:
        listen(numbers)
    # The loop of the program would end here; this one goes on.
    steps: list[Any] = []
    listener = room._listeners["tick"][0].listener
    assert listener is not None
    step = listener.step

    def guarded() -> Any:
        try:
            return step()
        except KeyboardInterrupt:
            steps.append("interrupted")
            return step()

    monkeypatch.setattr(listener, "step", guarded)
    await burst(async_simulator, room, 3)
    assert steps == ["interrupted"]
    assert seen == [[0, 1, 2]] * 3
