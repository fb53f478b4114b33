from __future__ import annotations

import asyncio
import functools
import gc
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import trueroom
from conftest import soon
from trueroom import Record
from trueroom._library_events import LaggedEvent
from trueroom.areas.call import InviteReceivedEvent
from trueroom.simulator import Simulator, SyncSimulator


class Seen:
    """Collects what a handler gets, and can be waited for."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._changed = asyncio.Event()

    def __call__(self, item: Any) -> None:
        self.items.append(item)
        self._changed.set()

    async def count(self, number: int) -> list[Any]:
        while len(self.items) < number:
            self._changed.clear()
            await soon(self._changed.wait())
        return self.items


async def numbers(simulator: Simulator, count: int, event: str = "tick") -> None:
    for number in range(count):
        await simulator.emit(event, number=number)


async def test_on_as_call_and_as_decorator(async_simulator: Simulator, room: trueroom.Room) -> None:
    by_call, by_decorator, everything = Seen(), Seen(), Seen()
    assert room.on("tick", by_call) is by_call

    @room.on("tick")
    def handler(record: Record) -> None:
        by_decorator(record)

    room.on("*", everything)
    await numbers(async_simulator, 3)
    await async_simulator.emit("other")
    for seen in (by_call, by_decorator):
        assert [record.number for record in await seen.count(3)] == [0, 1, 2]
    assert [record.event for record in await everything.count(4)] == [*["tick"] * 3, "other"]
    assert callable(handler)


async def test_an_unknown_event_arrives_whole(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    async with room.expect("neverHeardOf", timeout=60) as expected:
        await async_simulator.emit("neverHeardOf", anything={"at": [1]})
    assert expected.event.to_dict() == {
        "method": "event",
        "event": "neverHeardOf",
        "anything": {"at": [1]},
    }


async def test_once(async_simulator: Simulator, room: trueroom.Room) -> None:
    once, always = Seen(), Seen()
    room.once("tick", once)

    @room.once("tick")
    async def too(record: Record) -> None:
        once(record)

    room.on("tick", always)
    await numbers(async_simulator, 3)
    await always.count(3)
    assert [record.number for record in once.items] == [0, 0]


async def test_off(async_simulator: Simulator, room: trueroom.Room) -> None:
    first, second, rest = Seen(), Seen(), Seen()
    room.on("tick", first)
    room.on("tick", second)
    room.on("*", rest)
    room.off("tick", first)
    room.off("tick", print)
    room.off("never")
    await numbers(async_simulator, 1)
    await rest.count(1)
    room.off("tick")
    await numbers(async_simulator, 1)
    await rest.count(2)
    assert (len(first.items), len(second.items)) == (0, 1)


async def test_a_handler_may_take_itself_off(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    seen, rest = Seen(), Seen()

    @room.on("tick")
    def handler(record: Record) -> None:
        seen(record)
        room.off("tick", handler)

    room.on("tick", rest)
    await numbers(async_simulator, 3)
    await rest.count(3)
    assert len(seen.items) == 1


async def test_async_handler_finishes_one_event_before_the_next(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    steps: list[str] = []
    done = Seen()

    @room.on("tick")
    async def handler(record: Record) -> None:
        steps.append(f"begin {record.number}")
        await room.command("getAppState")
        steps.append(f"end {record.number}")
        done(record)

    await numbers(async_simulator, 4)
    await done.count(4)
    assert steps == [f"{word} {number}" for number in range(4) for word in ("begin", "end")]


async def test_a_slow_handler_holds_up_nobody(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    gate, slow, quick = asyncio.Event(), Seen(), Seen()

    @room.on("tick")
    async def handler(record: Record) -> None:
        await gate.wait()
        slow(record)

    room.on("tick", quick)
    await numbers(async_simulator, 5)
    await quick.count(5)
    assert (await room.command("getAppState"))["result"] is True
    assert slow.items == []
    gate.set()
    assert [record.number for record in await slow.count(5)] == list(range(5))


async def test_handlers_of_every_shape(async_simulator: Simulator, room: trueroom.Room) -> None:
    seen = Seen()

    class Bot:
        async def method(self, record: Record) -> None:
            seen(record)

        async def __call__(self, record: Record) -> None:
            seen(record)

    async def with_more(more: int, record: Record) -> None:
        seen(record)

    bot = Bot()
    room.on("tick", bot.method)
    room.on("tick", bot)
    room.on("tick", functools.partial(with_more, 1))
    room.on("tick", lambda record: seen(record))
    await numbers(async_simulator, 1)
    assert len(await seen.count(4)) == 4
    room.off("tick", bot.method)
    await numbers(async_simulator, 1)
    assert len(await seen.count(7)) == 7


async def test_what_a_handler_raises_stops_nothing(
    async_simulator: Simulator, room: trueroom.Room, caplog: pytest.LogCaptureFixture
) -> None:
    errors, seen = Seen(), Seen()
    room.on("error", errors)

    @room.on("tick")
    def plain(record: Record) -> None:
        raise ValueError(f"plain {record.number}")

    @room.on("tick")
    async def later(record: Record) -> None:
        await room.command("getAppState")
        raise KeyError(f"async {record.number}")

    room.on("tick", seen)
    with caplog.at_level(logging.ERROR, "trueroom"):
        await numbers(async_simulator, 2)
        await seen.count(2)
        reports = await errors.count(4)
    assert sorted(report.kind for report in reports) == ["KeyError"] * 2 + ["ValueError"] * 2
    assert all(report.source == "tick" for report in reports)
    assert any("plain 1" in report.message for report in reports)
    logged = [record for record in caplog.records if record.name == "trueroom"]
    assert len(logged) == 4
    assert all(record.exc_info for record in logged)


async def test_an_error_handler_that_raises_does_not_go_round(
    async_simulator: Simulator, room: trueroom.Room, caplog: pytest.LogCaptureFixture
) -> None:
    seen = Seen()

    @room.on("error")
    def failing(record: Record) -> None:
        seen(record)
        raise ValueError("again")

    @room.on("tick")
    def plain(record: Record) -> None:
        raise ValueError("first")

    with caplog.at_level(logging.ERROR, "trueroom"):
        await numbers(async_simulator, 2)
        await seen.count(2)
        await room.command("getAppState")
    assert len(seen.items) == 2


async def test_a_handler_that_cancels_itself_is_reported(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    errors = Seen()
    room.on("error", errors)

    @room.on("tick")
    async def handler(record: Record) -> None:
        raise asyncio.CancelledError

    await numbers(async_simulator, 1)
    if hasattr(asyncio.Task, "cancelling"):
        await errors.count(1)
        await numbers(async_simulator, 1)
        await errors.count(2)


async def test_order_over_all_events(async_simulator: Simulator, room: trueroom.Room) -> None:
    plain, later = Seen(), Seen()
    room.on("*", plain)

    @room.on("*")
    async def handler(record: Record) -> None:
        later(record)

    stream = room.events("tick")
    await numbers(async_simulator, 300)
    expected = list(range(300))
    assert [record.number for record in await plain.count(300)] == expected
    assert [record.number for record in await later.count(300)] == expected
    assert [(await soon(anext(stream))).number for _ in expected] == expected


async def test_events_have_the_classes_of_their_names(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    everything, one = Seen(), Seen()
    room.on("*", everything)
    room.on("inviteReceived", one)
    stream = room.events("tick", queue_size=1)
    await async_simulator.emit("inviteReceived", peerId="a", type=0)
    await async_simulator.emit("neverHeardOf")
    await numbers(async_simulator, 2)
    kinds = [type(record) for record in await everything.count(4)]
    assert kinds == [InviteReceivedEvent, Record, Record, Record]
    assert type((await one.count(1))[0]) is InviteReceivedEvent
    assert one.items[0] == everything.items[0]
    assert type(await soon(anext(stream))) is LaggedEvent


async def test_what_comes_after_a_failure_or_an_end_in_one_batch(
    simulator: SyncSimulator,
) -> None:
    seen, some, later = Seen(), Seen(), Seen()
    room = await trueroom.connect(**simulator.address)

    @room.on("tick")
    def failing(record: Record) -> None:
        seen(record.number)
        if record.number % 2:
            raise ValueError(record.number)

    kept: list[Record] = []

    @room.on("tick")
    def keeping(record: Record) -> None:
        # Records that nobody keeps are used again.
        if record.number % 3 == 0 or record.number % 7 == 0:
            kept.append(record)

    @room.on("tick")
    def ending(record: Record) -> None:
        some(record.number)
        if record.number == 7:
            room.off("tick", ending)

    @room.on("tick")
    def sometimes_async(record: Record) -> object:
        return soon(wait(record)) if record.number % 3 == 0 else later(record.number)

    async def wait(record: Record) -> None:
        await room.command("getAppState")
        later(record.number)

    # The loop is held up meanwhile, so all of them are taken at once.
    for number in range(600):
        simulator.emit("tick", number=number)
    assert await seen.count(600) == await later.count(600) == list(range(600))
    assert some.items == list(range(8))
    assert [record.number for record in kept] == [
        number for number in range(600) if number % 3 == 0 or number % 7 == 0
    ]
    await room.close()


async def test_events_before_an_answer_are_handled_before_it(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    seen = Seen()
    room.on("tick", seen)
    for number in range(50):
        await async_simulator.emit("tick", number=number)
        # The answer is sent after the event, on the same connection.
        await room.command("getAppState")
        assert len(seen.items) == number + 1


async def test_stream_ends_with_the_room(async_simulator: Simulator, room: trueroom.Room) -> None:
    stream = room.events("tick")
    await numbers(async_simulator, 2)
    await room.command("getAppState")
    await room.close()
    assert [record.number async for record in stream] == [0, 1]
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_stream_raises_what_ended_the_room(async_simulator: Simulator) -> None:
    room = await trueroom.connect(**async_simulator.address)
    stream = room.events("tick")
    everything = room.events()
    await async_simulator.evict()
    with pytest.raises(trueroom.Superseded):
        await soon(anext(stream))
    last = await soon(anext(everything))
    while last.event != "connection" or last.state not in ("closed", "superseded"):
        last = await soon(anext(everything))
    with pytest.raises(trueroom.Superseded):
        await soon(anext(everything))
    assert room.state == "superseded"
    with pytest.raises(trueroom.Superseded):
        await soon(room.wait_closed())
    await room.close()


async def test_stream_can_be_left(async_simulator: Simulator, room: trueroom.Room) -> None:
    async with room.events("tick") as stream:
        waiting = asyncio.create_task(anext(stream))
        await asyncio.sleep(0)
    with pytest.raises(StopAsyncIteration):
        await soon(waiting)
    room.events("tick")
    gc.collect()
    assert len(room._host.sinks) == 0


async def test_expect_listens_before_the_command(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    async with room.expect("tick", where=lambda e: e.number == 2, timeout=60) as expected:
        with pytest.raises(trueroom.UsageError):
            _ = expected.event
        await numbers(async_simulator, 4)
        assert (await expected).number == 2
    assert expected.event.number == 2
    with pytest.raises(trueroom.WaitTimeout, match=r"never did not come within 0\.02 s"):
        async with room.expect("never", timeout=0.02):
            pass
    with pytest.raises(ValueError, match="mine"):
        async with room.expect("never"):
            raise ValueError("mine")
    with pytest.raises(trueroom.UsageError):
        await room.expect("never")
    gc.collect()
    assert len(room._host.sinks) == 0


async def test_wait_for_listens_from_the_call_on(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    waiting = room.wait_for("tick", where=lambda e: e.number == 1, timeout=60)
    await numbers(async_simulator, 2)
    assert (await waiting).number == 1
    with pytest.raises(trueroom.WaitTimeout) as late:
        await room.wait_for("tick", timeout=0.01)
    assert isinstance(late.value, TimeoutError)
    assert late.value.timeout == 0.01
    with pytest.raises(ZeroDivisionError):
        async with room.expect("tick", where=lambda e: 1 / 0):
            await numbers(async_simulator, 1)
    task = asyncio.create_task(room.wait_for("tick"))
    await asyncio.sleep(0)
    await room.close()
    with pytest.raises(trueroom.RoomClosed, match="tick"):
        await soon(task)


async def test_a_gap_is_told(
    async_simulator: Simulator, room: trueroom.Room, caplog: pytest.LogCaptureFixture
) -> None:
    gate, slow, lagged = asyncio.Event(), Seen(), Seen()

    @room.on("tick", queue_size=3)
    async def handler(record: Record) -> None:
        slow(record)
        await gate.wait()

    room.on("lagged", lagged)
    stream = room.events("tick", queue_size=2)
    await numbers(async_simulator, 1)
    await slow.count(1)
    with caplog.at_level(logging.WARNING, "trueroom"):
        await numbers(async_simulator, 10)
        await room.command("getAppState")
        gate.set()
        (gap,) = await lagged.count(1)
    assert gap.dropped == 7
    assert gap.source == "tick"
    assert "7 events were dropped" in caplog.text
    assert [record.number for record in await slow.count(4)] == [0, 7, 8, 9]
    first = await anext(stream)
    assert (first.event, first.dropped) == ("lagged", 9)
    assert (await anext(stream)).number == 8
    assert room.counters.dropped == 16


async def test_handler_may_close_the_room(async_simulator: Simulator, room: trueroom.Room) -> None:
    @room.on("tick")
    async def handler(record: Record) -> None:
        await room.close()

    await numbers(async_simulator, 1)
    await soon(room.wait_closed())


async def test_listeners_end_with_the_room(room: trueroom.Room) -> None:
    connection = Seen()
    room.on("connection", connection)
    room.on("tick", print)
    room.files.on_request(print)
    await room.close()
    (last,) = await connection.count(1)
    assert (last.event, last.state) == ("connection", "closed")
    while room._host.kept:
        await soon(asyncio.sleep(0))


@pytest.mark.parametrize(
    "use",
    [
        lambda room: room.on("", print),
        lambda room: room.on(5, print),
        lambda room: room.on("tick", 5),
        lambda room: room.on("tick", print, queue_size=0),
        lambda room: room.on("tick", print, queue_size=True),
        lambda room: room.events("tick", 5),
        lambda room: room.wait_for("tick", timeout=-1),
        lambda room: room.expect("tick", timeout="x"),
    ],
)
async def test_wrong_use(room: trueroom.Room, use: Callable[[Any], Any]) -> None:
    with pytest.raises(trueroom.UsageError):
        use(room)


async def test_catalogue_names_are_known() -> None:
    from typing import get_args

    assert "receivedFileRequest" in get_args(trueroom.EventName)
    assert "getSystemInfo" in get_args(trueroom.CommandName)
    assert json.dumps(get_args(trueroom.EventName))
