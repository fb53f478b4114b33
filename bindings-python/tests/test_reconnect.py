from __future__ import annotations

import asyncio
from typing import Any

import pytest
import trueroom
from conftest import soon
from trueroom import Record
from trueroom.simulator import Simulator


async def until(stream: trueroom.EventStream, state: str) -> Record:
    """The first connection event with this state."""
    while True:
        record: Record = await soon(anext(stream))
        if record.state == state:
            return record


async def test_it_reconnects_and_tells(async_simulator: Simulator, room: trueroom.Room) -> None:
    connection = room.events("connection")
    await async_simulator.drop_connection(how="reset")
    lost = await until(connection, "reconnecting")
    assert lost.reason
    assert lost.attempt >= 1
    assert lost.retry_in is None or 0 <= lost.retry_in <= 60
    back = await until(connection, "ready")
    assert isinstance(back.deaf_for, float)
    assert 0 <= back.deaf_for < 60
    assert room.state == "ready"
    assert room.counters.reconnects == 1
    assert (await room.command("getAppState"))["result"] is True


async def test_what_was_in_flight_is_told(async_simulator: Simulator, room: trueroom.Room) -> None:
    await async_simulator.perform("dropNextAnswer", method="getSystemInfo")
    await async_simulator.perform("dropNextAnswer", method="accept")
    query = asyncio.create_task(room.command("getSystemInfo"))
    action = asyncio.create_task(room.command("accept"))
    await async_simulator.wait_for(received="getSystemInfo")
    await async_simulator.wait_for(received="accept")
    await async_simulator.drop_connection(how="reset")
    with pytest.raises(trueroom.ConnectionLost) as harmless:
        await soon(query)
    with pytest.raises(trueroom.ConnectionLost, match="accept") as unknown:
        await soon(action)
    assert harmless.value.outcome_unknown is False
    assert unknown.value.outcome_unknown is True
    assert unknown.value.method == "accept"


async def test_without_connection_calls_fail_at_once(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    connection = room.events("connection")
    await async_simulator.perform("stopListening")
    await async_simulator.drop_connection()
    await until(connection, "reconnecting")
    assert room.state == "reconnecting"
    with pytest.raises(trueroom.ConnectionLost) as caught:
        await room.command("getAppState")
    assert caught.value.outcome_unknown is False
    ready = asyncio.create_task(room.wait_ready())
    await async_simulator.perform("startListening")
    await soon(ready)


async def test_no_request_is_missed_or_seen_twice(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    seen: list[str] = []
    two = asyncio.Event()
    connection = room.events("connection")

    @room.files.on_request
    def handler(request: trueroom.FileRequest) -> None:
        seen.append(request.file_name)
        if len(seen) == 2:
            two.set()

    await async_simulator.offer_file("before.txt", "x")
    await async_simulator.perform("stopListening")
    await async_simulator.drop_connection()
    await until(connection, "reconnecting")
    await async_simulator.offer_file("meanwhile.txt", "x")
    await async_simulator.perform("startListening")
    await until(connection, "ready")
    await soon(two.wait())
    await room.files.refresh()
    assert seen == ["before.txt", "meanwhile.txt"]


async def test_without_reconnect_the_room_ends(async_simulator: Simulator) -> None:
    room = await trueroom.connect(**async_simulator.address, reconnect=False)
    await async_simulator.drop_connection()
    with pytest.raises(trueroom.ConnectionLost):
        await soon(room.wait_closed())
    assert room.state == "closed"


async def test_superseded(async_simulator: Simulator) -> None:
    room = await trueroom.connect(**async_simulator.address)
    await async_simulator.evict()
    with pytest.raises(trueroom.Superseded, match="takeover"):
        await soon(room.wait_closed())
    with pytest.raises(trueroom.Superseded):
        await room.command("getAppState")
    assert room.state == "superseded"


@pytest.mark.parametrize("simulator_options", [{"pin": "1234"}])
async def test_a_changed_pin_ends_it(async_simulator: Simulator) -> None:
    room = await trueroom.connect(**async_simulator.address, pin="1234")
    await async_simulator.perform("setPin", pin="4321")
    await async_simulator.perform("expireTokens")
    await async_simulator.drop_connection()
    errors: list[Any] = []
    try:
        await soon(room.wait_closed())
    except trueroom.TrueroomError as error:
        errors.append(error)
    assert isinstance(errors[0], trueroom.AuthError)
