"""Checked by mypy and pyright, not run: what users write, and the types they get."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import trueroom
from trueroom import CommandError, ConnectionEvent, FileRequest, Record, Room, enums
from trueroom.areas.app import GetAppStateAnswer
from trueroom.areas.call import InviteReceivedEvent, StopCallingEvent
from trueroom.areas.conference import ConferenceCreatedEvent, ConferenceDeletedEvent
from trueroom.simulator import Simulator
from typing_extensions import assert_type


async def connecting() -> None:
    assert_type(await trueroom.connect(), Room)
    assert_type(await trueroom.doctor("room", watch=1.5, downloads=False), trueroom.DoctorReport)
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
        await expected
    print(expected.event.conf_id)
    async with room.expect("conferenceCreated", timeout=5) as created:
        assert_type(await created, ConferenceCreatedEvent)
    assert_type(created.event, ConferenceCreatedEvent)
    assert_type(await room.wait_for("x", timeout=1), Record)


async def areas(room: Room) -> None:
    state = await room.app.get_app_state(timeout=1)
    assert_type(state, GetAppStateAnswer)
    assert_type(state.app_state, enums.AppState)
    assert_type(state.ext_status, "enums.ExtendedStatus | None")
    assert_type(state.desktop_sharing.running, bool)
    assert_type(state["appState"], Any)
    assert_type(state.get("newInVersion6"), Any)
    # The short name.
    assert_type(await room.app.get_state(), GetAppStateAnswer)
    chats = await room.chat.get_list_of_chats()
    assert_type([chat.chat_id for chat in chats.list], "list[str]")
    kind = enums.ConferenceKind.ALL_ON_SCREEN
    await room.conference.create_conference("Stand-up", kind, True, invite_list=["a@b"])
    await room.conference.create("Stand-up", "symmetric", auto_accept=True)
    await room.layout.change_video_matrix_type(enums.VideoMatrixType.EQUAL)
    await room.settings.set_settings({"showLogo": True})
    await room.camera.set_pan_pos(3)
    await room.files.send_file(17, "bob@server.example")
    assert_type(enums.AppState(77).is_known, bool)


async def flows(room: Room) -> None:
    kind = enums.ConferenceKind.ALL_ON_SCREEN
    created = await room.flows.create_conference("Stand-up", kind, True, timeout=60)
    assert_type(created, ConferenceCreatedEvent)
    assert_type(await room.flows.hang_up(), ConferenceDeletedEvent | StopCallingEvent)
    assert_type(await room.run_flow("hangUp", for_all=True), Record)
    try:
        await room.flows.call("user@server.example")
    except trueroom.FlowError as error:
        assert_type(error.cause, "int | None")
        assert_type(error.event, "Record | None")
    except trueroom.CommandTimeout as error:
        assert_type(error.accepted, bool)
    live = room.live
    assert_type(live, trueroom.Live)
    assert_type(live.app_state, "enums.AppState | None")
    assert_type([one.peer_id for one in live.participants], "list[str]")
    if live.conference is not None:
        assert_type(live.conference.conf_id, str)
    assert_type(await room.wait_for("live"), trueroom.LiveEvent)


async def events(room: Room) -> None:
    @room.on("inviteReceived")
    async def answer(event: InviteReceivedEvent) -> None:
        assert_type(event.peer_id, str)
        assert_type(event.type, enums.ConferenceType)
        assert_type(event.conf_title, "str | None")
        await room.call.accept()

    await answer(await room.wait_for("inviteReceived"))
    async for event in room.events("inviteReceived"):
        assert_type(event, InviteReceivedEvent)
    connection = await room.wait_for("connection", where=lambda event: event.state == "ready")
    print(connection.deaf_for)
    assert_type(await room.wait_for("connection"), ConnectionEvent)


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


async def many() -> None:
    async with trueroom.Fleet(pin="1234", connect_rate=50, concurrency=8) as fleet:
        assert_type(fleet.add("lobby", "192.168.1.20", pin=None, tls=True), Room)
        assert_type(fleet["lobby"], Room)
        assert_type(fleet.get("hall"), "Room | None")
        assert_type(await fleet.wait_ready(30), "dict[str, trueroom.RoomHealth]")
        results = await fleet.command("getSystemInfo", rooms=["lobby"], limit=4)
        assert_type(results, trueroom.Results)
        assert_type(results.answers, dict[str, Record])
        assert_type(results["lobby"], "Record | trueroom.TrueroomError")
        health = fleet.health()
        assert_type(health.states.get("ready"), "int | None")
        assert_type(health.rooms["lobby"].since, datetime)

        @fleet.on("inviteReceived")
        async def invited(room: Room, event: InviteReceivedEvent) -> None:
            await room.call.accept()

        @fleet.files.on_request
        async def keep(room: Room, request: FileRequest) -> None:
            await request.accept()

        fleet.off("inviteReceived", invited)
        async for key, event in fleet.events("connection"):
            assert_type(key, str)
            assert_type(event, Record)
        assert_type(await fleet.remove("lobby"), bool)
