from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
import trueroom
from conftest import soon
from trueroom import Record
from trueroom.simulator import Simulator


async def sent(simulator: Simulator, method: str) -> list[dict[str, Any]]:
    """The parameters of the commands of this name that the terminal received."""
    log = await simulator.perform("log")
    frames = [entry.to_dict() for entry in log]
    messages = [frame.get("message", frame) for frame in frames]
    return [message for message in messages if message.get("method") == method]


async def test_answer_is_a_record(room: trueroom.Room) -> None:
    answer = await room.command("getAppState")
    assert isinstance(answer, Record)
    assert answer.method == "getAppState"
    assert answer["result"] is True
    assert answer.embedded_http_port > 0


async def test_parameters_in_either_form(async_simulator: Simulator, room: trueroom.Room) -> None:
    await async_simulator.perform("clearFaults")
    await room.command("getContactDetails", peer_id="ä")
    await room.command("getContactDetails", peerId="b")
    await room.command("getContactDetails", {"peer_id": "c"})
    await room.command("getContactDetails", Record({"peerId": "d"}))
    await room.command("setSettings", settings={"some_name": 1, "none": None})
    received = await sent(async_simulator, "getContactDetails")
    assert [message["peerId"] for message in received] == ["ä", "b", "c", "d"]
    (settings,) = await sent(async_simulator, "setSettings")
    assert settings["settings"] == {"some_name": 1, "none": None}


@pytest.mark.parametrize(
    ("params", "part"),
    [
        ({"a": object()}, "object has no JSON form"),
        ({"a": {1, 2}}, "set has no JSON form"),
        ({"a": float("nan")}, "not JSON"),
        ({"a": b"x"}, "bytes has no JSON form"),
        ({"file_id": 1, "fileId": 2}, "given twice"),
        ({"a": "\ud800"}, "surrogates not allowed"),
    ],
)
async def test_what_is_not_json_is_not_sent(
    async_simulator: Simulator, room: trueroom.Room, params: dict[str, Any], part: str
) -> None:
    with pytest.raises(trueroom.UsageError, match=part):
        await room.command("fireMyEvent", params)
    assert await sent(async_simulator, "fireMyEvent") == []


async def test_wrong_use(room: trueroom.Room) -> None:
    loop: list[Any] = []
    loop.append(loop)
    for call in (
        room.command(""),
        room.command(5),  # type: ignore[arg-type]
        room.command("a", 5),  # type: ignore[arg-type]
        room.command("a", {5: 6}),  # type: ignore[dict-item]
        room.command("a", x=loop),
        room.command("a", timeout=-1),
        room.command("a", timeout="1"),  # type: ignore[arg-type]
    ):
        with pytest.raises(trueroom.UsageError):
            await call
    assert room.counters.pending == 0


async def test_many_calls_at_once_complete_in_order(room: trueroom.Room) -> None:
    order: list[int] = []

    async def one(number: int) -> None:
        answer = await room.command("getAppState")
        assert answer.request_id
        order.append(number)

    await soon(asyncio.gather(*(one(number) for number in range(300))))
    assert order == list(range(300))


async def test_cancelling_frees_the_call(async_simulator: Simulator, room: trueroom.Room) -> None:
    await async_simulator.perform("dropNextAnswer", method="getSystemInfo")
    task = asyncio.create_task(room.command("getSystemInfo"))
    await async_simulator.wait_for(received="getSystemInfo")
    assert room.counters.pending == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert room.counters.pending == 0
    assert room._host.mailbox.waiting == 0
    assert (await room.command("getAppState"))["result"] is True


async def test_wait_for_of_asyncio_frees_the_call(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    await async_simulator.perform("dropNextAnswer", method="getSystemInfo")
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(room.command("getSystemInfo"), 0.05)
    assert room.counters.pending == 0


async def test_cancelled_connect_leaves_no_connection(async_simulator: Simulator) -> None:
    await async_simulator.perform("handshakeFault", kind="stall", times=1)
    task = asyncio.create_task(trueroom.connect(**async_simulator.address)._open())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await async_simulator.wait_connections(0)


async def test_another_loop_is_told_so(room: trueroom.Room) -> None:
    errors: list[BaseException] = []

    def elsewhere() -> None:
        for call in (
            lambda: asyncio.run(room.command("getAppState")),
            lambda: room.on("*", print),
            lambda: room.events(),
        ):
            with pytest.raises(trueroom.UsageError) as caught:
                call()
            errors.append(caught.value)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    await asyncio.to_thread(thread.join)
    assert len(errors) == 3
    assert "another event loop" in str(errors[0])


def test_no_loop_is_told_so() -> None:
    with pytest.raises(trueroom.UsageError, match=r"trueroom\.sync"):
        trueroom.connect().__await__().send(None)


async def test_after_close(room: trueroom.Room) -> None:
    await room.close()
    await room.close()
    assert room.state == "closed"
    with pytest.raises(trueroom.RoomClosed):
        await room.command("getAppState")
    with pytest.raises(trueroom.RoomClosed):
        await room.wait_ready()
    await soon(room.wait_closed())


async def test_close_settles_what_is_pending(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    await async_simulator.perform("dropNextAnswer", method="getSystemInfo")
    task = asyncio.create_task(room.command("getSystemInfo"))
    await async_simulator.wait_for(received="getSystemInfo")
    await room.close()
    with pytest.raises(trueroom.RoomClosed):
        await soon(task)


async def test_state_and_counters(room: trueroom.Room) -> None:
    assert room.state == "ready"
    assert room.api_version == 2
    before = room.counters
    await room.command("getAppState")
    after = room.counters
    assert (after.sent, after.received) == (before.sent + 1, before.received + 1)
    assert after.pending == after.reconnects == after.dropped == 0
    assert repr(room) == f"<Room {room._address} ready>"
    await room.wait_ready()


async def test_a_dropped_room_disconnects(async_simulator: Simulator) -> None:
    room = await trueroom.connect(**async_simulator.address)
    await async_simulator.wait_connections(1)
    del room
    await async_simulator.wait_connections(0)
