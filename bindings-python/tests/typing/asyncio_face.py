"""Checked by mypy and pyright, not run: what users write, and the types they get."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import trueroom
from trueroom import CommandError, FileRequest, Record, Room
from trueroom.simulator import Simulator
from typing_extensions import assert_type


async def connecting() -> None:
    assert_type(await trueroom.connect(), Room)
    async with trueroom.connect("room", 80, pin="1", role="admin", api_version="2") as room:
        assert_type(room, Room)
        assert_type(room.api_version, "int | None")
        assert_type(room.counters.rtt, "float | None")
        if room.state == "ready":
            await room.wait_ready()
        await room.wait_closed()


async def calling(room: Room) -> None:
    answer = await room.command("getAppState", {"a": 1}, timeout=1, file_id=5)
    assert_type(answer, Record)
    assert_type(answer.to_json(), str)
    try:
        await room.command("x")
    except CommandError as error:
        assert_type(error.code, "int | None")
        assert_type(error.method, "str | None")
        assert_type(error.reply, "Record | None")


async def listening(room: Room) -> None:
    @room.on("receivedFileRequest")
    async def later(record: Record) -> None:
        print(record.file_name)

    @room.once("*")
    def plain(record: Record) -> int:
        return len(record)

    # A decorated function keeps its type.
    assert_type(plain(Record("{}")), int)
    await later(Record("{}"))
    room.on("connection", plain)
    room.on("neverHeardOf", lambda record: print(record.anything))
    room.off("connection", plain)
    room.off("connection")
    async for record in room.events("lagged", "error"):
        assert_type(record, Record)
    async with room.expect("conferenceCreated", where=lambda e: e.conf_id, timeout=5) as expected:
        assert_type(await expected, Record)
    assert_type(expected.event, Record)
    assert_type(await room.wait_for("x", timeout=1), Record)


async def files(room: Room) -> None:
    @room.files.on_request
    async def keep(request: FileRequest) -> None:
        await request.accept()

    await keep(room.files.requests[0])
    request = room.files.get("id")
    assert_type(request, "FileRequest | None")
    if request is not None and request.status == "waiting" and request.direction == "incoming":
        assert_type(request.created_at, "datetime | None")
        assert_type(await request.save(Path("x"), on_progress=lambda done, total: None), Path)
        assert_type(await request.read(), bytes)
        assert_type(await request.wait(), FileRequest)
        async for percent in request.progress():
            assert_type(percent, int)
    async for change in room.files.changes():
        assert_type(change, FileRequest)
    assert_type(await room.files.send("x", to="y"), FileRequest)
    assert_type(await room.files.upload(b"x", name="y"), "int | str")
    assert_type(await room.files.history(), "tuple[FileRequest, ...]")


async def simulating() -> None:
    async with Simulator(pin="1") as simulator:
        assert_type(simulator.port, int)
        assert_type(await simulator.offer_file("a", b"x"), Record)


_ = datetime
