"""Fleets. `simulator/tests/fleet.rs` and `fleet.test.mjs` play the same."""

from __future__ import annotations

import asyncio
import gc
import inspect
import queue
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import trueroom
from conftest import PATIENCE, repeat, soon
from trueroom import _fleet_base
from trueroom.simulator import Simulator, SyncSimulator

KEYS = [f"room-{number:03}" for number in range(200)]


@asynccontextmanager
async def building(
    rooms: int, **options: Any
) -> AsyncIterator[tuple[trueroom.Fleet, list[Simulator]]]:
    """A fleet whose rooms are ready, and their terminals."""
    async with AsyncExitStack() as stack:
        simulators = [
            await stack.enter_async_context(Simulator(seed=number)) for number in range(rooms)
        ]
        fleet = await stack.enter_async_context(trueroom.Fleet(**options))
        for key, simulator in zip(KEYS, simulators, strict=False):
            fleet.add(key, port=simulator.port)
        assert await fleet.wait_ready(PATIENCE) == {}
        yield fleet, simulators


async def test_rooms_by_key() -> None:
    async with building(2) as (fleet, simulators):
        assert list(fleet) == KEYS[:2]
        assert len(fleet) == 2
        assert KEYS[1] in fleet
        room = fleet[KEYS[0]]
        assert (room.key, room.state) == (KEYS[0], "ready")
        assert (await room.command("getAppState"))["result"] is True
        assert repr(fleet) == "<Fleet of 2 rooms>"
        assert {fleet: 1}[fleet] == 1
        with pytest.raises(KeyError):
            _ = fleet["nowhere"]
        async with trueroom.connect(port=simulators[0].port, role="user") as alone:
            assert alone.key is None
            assert alone.health().state == "ready"


async def test_events_of_all_rooms_come_in_order_with_their_keys() -> None:
    async with building(3) as (fleet, simulators):
        events = fleet.events("tick")
        handled: list[tuple[str | None, int]] = []
        fleet.on("tick", lambda room, event: handled.append((room.key, event.number)))
        for number in range(30):
            await simulators[number % 3].emit("tick", number=number)
        seen: dict[str, list[int]] = {key: [] for key in KEYS[:3]}
        for _ in range(30):
            key, event = await soon(anext(events))
            seen[key].append(event.number)
        assert list(seen.values()) == [list(range(room, 30, 3)) for room in range(3)]
        for key in fleet:
            assert [number for room, number in handled if room == key] == seen[key]


async def test_a_flood_of_one_room_does_not_starve_the_others() -> None:
    async with building(2) as (fleet, simulators):
        events = fleet.events("tick", queue_size=500)
        for number in range(2000):
            await simulators[0].emit("tick", number=number)
        await simulators[1].emit("tick", number=0)
        await fleet.command("getAppState")
        assert fleet.health().queue_depth == 501
        key, event = await soon(anext(events))
        assert (key, event.event, event.dropped) == (KEYS[0], "lagged", 1500)
        before = 0
        while (await soon(anext(events)))[0] == KEYS[0]:
            before += 1
        assert before < 64


async def test_a_slow_handler_holds_up_its_room_only() -> None:
    async with building(2) as (fleet, simulators):
        gate = asyncio.Event()
        done: asyncio.Queue[str | None] = asyncio.Queue()

        @fleet.on("tick")
        async def handler(room: trueroom.Room, event: trueroom.Record) -> None:
            if room.key == KEYS[0]:
                await gate.wait()
            done.put_nowait(room.key)

        await simulators[0].emit("tick")
        await simulators[1].emit("tick")
        assert await soon(done.get()) == KEYS[1]
        gate.set()
        assert await soon(done.get()) == KEYS[0]
        fleet.off("tick", handler)
        await simulators[1].emit("tick")
        await fleet.command("getAppState")
        assert done.empty()


async def test_rooms_come_and_go_in_streams_that_are_open() -> None:
    async with building(1) as (fleet, simulators), Simulator() as late:
        events = fleet.events("tick", "connection")
        handled: list[tuple[str | None, str]] = []
        fleet.on("connection", lambda room, event: handled.append((room.key, event.state)))
        room = fleet.add("late", port=late.port)
        key, event = await soon(anext(events))
        assert (key, event.event, event.state) == ("late", "connection", "ready")
        await late.emit("tick")
        assert (await soon(anext(events)))[0] == "late"
        await late.emit("tick")
        await room.command("getAppState")
        assert await soon(fleet.remove("late")) is True
        assert await soon(fleet.remove("late")) is False
        assert room.state == "closed"
        assert "late" not in fleet
        await simulators[0].emit("tick")
        assert (await soon(anext(events)))[0] == KEYS[0]
        assert handled == [("late", "ready")]
        await soon(fleet.close())
        with pytest.raises(StopAsyncIteration):
            await soon(anext(events))


async def test_a_terminal_that_is_off_is_tried_until_it_is_there() -> None:
    async with Simulator() as terminal, trueroom.Fleet(port=terminal.port) as fleet:
        await terminal.perform("stopListening")
        before = datetime.now(timezone.utc) - timedelta(seconds=1)
        events = fleet.events("connection")
        fleet.add("lobby")
        _, event = await soon(anext(events))
        assert event.state == "connecting"
        assert event.retry_in >= 0
        late = await fleet.wait_ready(0)
        health = late["lobby"]
        assert (health.key, health.state) == ("lobby", "connecting")
        assert before <= health.since <= datetime.now(timezone.utc)
        assert isinstance(health.last_error, trueroom.ConnectError)
        assert health.last_error.tried
        await terminal.perform("startListening")
        assert await fleet.wait_ready(PATIENCE) == {}
        summary = fleet.health()
        assert (summary.states, summary.ready, summary.reconnects) == ({"ready": 1}, 1, 0)
        assert summary.rooms["lobby"].since > health.since
        assert repr(summary) == "<Health 1 of 1 rooms ready>"


async def test_a_wrong_pin_ends_its_room_only() -> None:
    async with building(1) as (fleet, _), Simulator(pin="1234") as locked:
        fleet.add("locked", port=locked.port, pin="wrong-pin")
        late = await soon(fleet.wait_ready())
        assert list(late) == ["locked"]
        assert late["locked"].state == "closed"
        assert isinstance(late["locked"].last_error, trueroom.AuthError)
        assert "wrong-pin" not in str(late)
        assert fleet.health().states == {"ready": 1, "closed": 1}


async def test_a_command_goes_to_all_rooms_and_no_failure_hides_an_answer() -> None:
    async with building(5) as (fleet, simulators):
        await simulators[2].refuse("getSystemInfo", code=3)
        results = await fleet.command("getSystemInfo")
        assert list(results) == KEYS[:5]
        assert len(results.answers) == 4
        assert results.answers[KEYS[0]].result is True
        (error,) = results.errors.values()
        assert isinstance(error, trueroom.CommandError)
        assert error.code == 3
        with pytest.raises(trueroom.FleetError, match="failed in 1 of 5 rooms: room-002") as caught:
            results.check()
        assert caught.value.errors == results.errors
        results = await fleet.command("getAppState", rooms=[KEYS[4], KEYS[1]])
        assert list(results) == [KEYS[1], KEYS[4]]
        results.check()
        with pytest.raises(trueroom.UsageError, match="nowhere"):
            await fleet.command("getAppState", rooms=["nowhere"])


async def test_a_limit_holds_and_a_timeout_is_each_rooms_own() -> None:
    async with building(4) as (fleet, simulators):
        hour = 3_600_000
        for simulator in simulators:
            await simulator.perform("delayAnswer", method="getAppState", ms=hour)
        asking = asyncio.create_task(fleet.command("getAppState", limit=2, timeout=PATIENCE))
        for two in (simulators[:2], simulators[2:]):
            for simulator in two:
                await simulator.wait_for(received="getAppState")
            assert fleet.health().pending == 2
            for simulator in two:
                await simulator.perform("advance", ms=2 * hour)
        assert len((await soon(asking)).answers) == 4

        for simulator in simulators:
            await simulator.perform("dropNextAnswer", method="getAppState")
        results = await soon(fleet.command("getAppState", timeout=0.1))
        assert [type(error) for error in results.errors.values()] == [trueroom.CommandTimeout] * 4


async def test_a_command_that_is_cancelled_stops() -> None:
    async with building(2) as (fleet, simulators):
        await simulators[0].perform("dropNextAnswer", method="getAppState")
        asking = asyncio.create_task(fleet.command("getAppState"))
        await simulators[0].wait_for(received="getAppState")
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await fleet[KEYS[1]].command("getAppState")
        while fleet.health().pending:
            await fleet[KEYS[0]].command("getSystemInfo")


async def test_file_requests_of_all_rooms_come_with_their_rooms() -> None:
    async with building(2) as (fleet, simulators):
        await simulators[1].offer_file("early.txt", "x")
        await fleet.command("getAppState")
        asked: asyncio.Queue[tuple[str | None, str]] = asyncio.Queue()

        @fleet.files.on_request
        async def handler(room: trueroom.Room, request: trueroom.FileRequest) -> None:
            await request.accept()
            asked.put_nowait((room.key, request.file_name))

        assert await soon(asked.get()) == (KEYS[1], "early.txt")
        offer = await simulators[0].offer_file("b.txt", "x")
        assert await soon(asked.get()) == (KEYS[0], "b.txt")
        await simulators[0].wait_file(offer.id, "processed")
        async with Simulator() as late:
            await late.offer_file("late.txt", "x")
            fleet.add("late", port=late.port)
            assert await soon(asked.get()) == ("late", "late.txt")
        fleet.files.off_request(handler)
        await simulators[0].offer_file("c.txt", "x")
        await fleet.command("getAppState", rooms=KEYS[:2])
        assert asked.empty()


async def test_what_a_handler_raises_is_told_by_its_room() -> None:
    async with building(2) as (fleet, simulators):
        errors: asyncio.Queue[tuple[str | None, str]] = asyncio.Queue()
        fleet.on("error", lambda room, event: errors.put_nowait((room.key, event.message)))

        @fleet.on("tick")
        def broken(room: trueroom.Room, event: trueroom.Record) -> None:
            raise ValueError(event.number)

        await simulators[1].emit("tick", number=7)
        key, message = await soon(errors.get())
        assert key == KEYS[1]
        assert "broken of tick failed: ValueError: 7" in message


async def test_mistakes_are_named() -> None:
    async with building(1) as (fleet, _):
        calls: list[tuple[str, Callable[[], object]]] = [
            ("already", lambda: fleet.add(KEYS[0])),
            ("empty", lambda: fleet.add("")),
            ("must be a str", lambda: fleet.add(5)),  # type: ignore[arg-type]
            ("pim", lambda: fleet.add("x", pim="1")),  # type: ignore[call-arg]
            ("callable", lambda: fleet.on("tick", 5)),  # type: ignore[type-var]
            ("queue_size", lambda: fleet.events(queue_size=0)),
            ("connectRate", lambda: trueroom.Fleet(connect_rate=0).add("x")),
            ("concurrency", lambda: trueroom.Fleet(concurrency=0).add("x")),
            ("connect_timeout", lambda: trueroom.Fleet(connect_timeout=-1)),
        ]
        for part, call in calls:
            with pytest.raises(trueroom.UsageError, match=part):
                call()
        wrong: list[tuple[str, dict[str, Any]]] = [
            ("limit", {"limit": 0}),
            ("rooms", {"rooms": "room-000"}),
            ("timeout", {"timeout": -1}),
        ]
        for part, arguments in wrong:
            with pytest.raises(trueroom.UsageError, match=part):
                await fleet.command("getAppState", **arguments)
        await fleet.close()
        await fleet.close()
        with pytest.raises(trueroom.UsageError, match="closed"):
            fleet.add("x")


def test_a_fleet_may_be_made_before_its_loop_runs() -> None:
    fleet = trueroom.Fleet()
    with pytest.raises(trueroom.UsageError, match="no event loop"):
        fleet.add("x")

    async def main() -> None:
        async with fleet:
            fleet.add("x", port=1)

    asyncio.run(main())


def test_options_are_those_of_connect() -> None:
    names = set(inspect.signature(trueroom.connect).parameters) - {"host"}
    assert set(_fleet_base.ConnectOptions.__annotations__) == names


async def test_a_fleet_nobody_holds_is_gone_with_its_connections() -> None:
    async with Simulator() as terminal:
        fleet = trueroom.Fleet()
        fleet.add("lobby", port=terminal.port)
        assert await fleet.wait_ready(PATIENCE) == {}
        gone = weakref.ref(fleet)
        del fleet

        async def freed() -> None:
            # The dispatch thread may hold it for a moment.
            while gone() is not None:
                gc.collect()
                await asyncio.sleep(0)

        await soon(freed())
        await terminal.wait_connections(0)


async def restart(simulator: Simulator) -> None:
    """Restarts a terminal; its room learns of one offer only by asking."""
    await simulator.perform("stopListening")
    await simulator.drop_connection(how="reset")
    await simulator.wait_connections(0)
    await simulator.offer_file("away.txt", "x")
    await simulator.perform("restart")


async def test_after_a_restart_of_every_terminal_all_are_back_and_nothing_is_lost() -> None:
    rooms = repeat(100, 30)
    async with building(rooms) as (fleet, simulators):
        threads = threading.active_count()
        asked: asyncio.Queue[str | None] = asyncio.Queue()
        fleet.files.on_request(lambda room, request: asked.put_nowait(room.key))
        await asyncio.gather(*map(restart, simulators))
        seen = {await soon(asked.get()) for _ in range(rooms)}
        assert seen == set(fleet)
        health = fleet.health()
        assert (health.ready, health.reconnects) == (rooms, rooms)
        assert threading.active_count() == threads


def test_the_blocking_face(simulator: SyncSimulator) -> None:
    with SyncSimulator() as other, trueroom.sync.Fleet() as fleet:
        fleet.add("a", port=simulator.port)
        fleet.add("b", port=other.port)
        assert fleet.wait_ready(PATIENCE) == {}
        fleet.command("getAppState").check()
        events = fleet.events("tick")
        seen: queue.Queue[tuple[str | None, int, threading.Thread]] = queue.Queue()
        errors: queue.Queue[str | None] = queue.Queue()
        asked: queue.Queue[tuple[str | None, str]] = queue.Queue()
        fleet.on("error", lambda room, event: errors.put(room.key))

        @fleet.on("tick")
        def handler(room: trueroom.sync.Room, event: trueroom.Record) -> None:
            room.command("getAppState")
            seen.put((room.key, event.number, threading.current_thread()))
            if event.number == 1:
                raise ValueError

        @fleet.files.on_request
        def keep(room: trueroom.sync.Room, request: trueroom.sync.FileRequest) -> None:
            request.accept()
            asked.put((room.key, request.file_name))

        simulator.emit("tick", number=0)
        other.emit("tick", number=1)
        got = [seen.get(timeout=PATIENCE) for _ in range(2)]
        assert sorted(item[:2] for item in got) == [("a", 0), ("b", 1)]
        # One thread, however many rooms there are.
        (thread,) = {item[2] for item in got}
        assert thread.daemon
        assert errors.get(timeout=PATIENCE) == "b"
        assert sorted(next(events)[0] for _ in range(2)) == ["a", "b"]
        other.offer_file("a.txt", "x")
        assert asked.get(timeout=PATIENCE) == ("b", "a.txt")
        assert fleet.remove("a") is True
        assert fleet.health().states == {"ready": 1}

        async def wrong(room: object, event: object) -> None: ...

        with pytest.raises(trueroom.UsageError, match="async"):
            fleet.on("tick", wrong)
    thread.join(PATIENCE)
    assert not thread.is_alive()
    with pytest.raises(StopIteration):
        next(events)
