"""The same without asyncio."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import trueroom.sync
from trueroom import CommandError, ConnectionEvent, Record, enums
from trueroom.areas.app import GetAppStateAnswer
from trueroom.areas.call import InviteReceivedEvent
from trueroom.areas.conference import ConferenceCreatedEvent
from trueroom.simulator import SyncSimulator
from trueroom.sync import FileRequest, Room
from typing_extensions import assert_type


def connecting() -> None:
    assert_type(trueroom.sync.connect(), Room)
    assert_type(trueroom.sync.doctor("room", role="user").text, str)
    with trueroom.sync.connect("room", 80, pin="1", role="admin", api_version="2") as room:
        assert_type(room, Room)
        assert_type(room.api_version, "int | None")
        assert_type(room.counters.rtt, "float | None")
        if room.state == "ready":
            room.wait_ready()
        room.wait_closed()


def calling(room: Room) -> None:
    answer = room.command("getAppState", {"a": 1}, timeout=1, file_id=5)
    assert_type(answer, Record)
    assert_type(answer.to_json(), str)
    try:
        room.command("x")
    except CommandError as error:
        assert_type(error.code, "int | None")
        assert_type(error.method, "str | None")
        assert_type(error.reply, "Record | None")


def listening(room: Room) -> None:
    @room.on("receivedFileRequest")
    def later(record: Record) -> None:
        print(record.file_name)

    @room.once("*")
    def plain(record: Record) -> int:
        return len(record)

    # A decorated function keeps its type.
    assert_type(plain(Record("{}")), int)
    later(Record("{}"))
    room.on("connection", plain)
    room.on("neverHeardOf", lambda record: print(record.anything))
    room.off("connection", plain)
    room.off("connection")
    for record in room.events("lagged", "error"):
        assert_type(record, Record)
    with room.expect("conferenceCreated", where=lambda e: e.conf_id, timeout=5) as expected:
        expected.wait()
    print(expected.event.conf_id)
    with room.expect("conferenceCreated", timeout=5) as created:
        assert_type(created.wait(), ConferenceCreatedEvent)
    assert_type(created.event, ConferenceCreatedEvent)
    assert_type(room.wait_for("x", timeout=1), Record)


def areas(room: Room) -> None:
    state = room.app.get_app_state(timeout=1)
    assert_type(state, GetAppStateAnswer)
    assert_type(state.app_state, enums.AppState)
    assert_type(room.app.get_state(), GetAppStateAnswer)
    room.conference.create("Stand-up", "symmetric", auto_accept=True)
    assert_type(room.flows.create_conference("x", "symmetric", True), ConferenceCreatedEvent)
    assert_type(room.run_flow("hangUp"), Record)
    assert_type(room.live, trueroom.Live)
    room.files.send_file(17, "bob@server.example")


def events(room: Room) -> None:
    @room.on("inviteReceived")
    def answer(event: InviteReceivedEvent) -> None:
        assert_type(event.peer_id, str)
        room.call.accept()

    answer(room.wait_for("inviteReceived"))
    for event in room.events("inviteReceived"):
        assert_type(event, InviteReceivedEvent)
    assert_type(room.wait_for("connection"), ConnectionEvent)


def files(room: Room) -> None:
    @room.files.on_request
    def keep(request: FileRequest) -> None:
        request.accept()

    keep(room.files.requests[0])
    request = room.files.get("id")
    assert_type(request, "FileRequest | None")
    if request is not None and request.status == "waiting" and request.direction == "incoming":
        assert_type(request.created_at, "datetime | None")
        assert_type(request.save(Path("x"), on_progress=lambda done, total: None), Path)
        assert_type(request.read(), bytes)
        assert_type(request.wait(), FileRequest)
        for percent in request.progress():
            assert_type(percent, int)
    for change in room.files.changes():
        assert_type(change, FileRequest)
    assert_type(room.files.send("x", to="y"), FileRequest)
    assert_type(room.files.upload(b"x", name="y"), "int | str")
    assert_type(room.files.history(), "tuple[FileRequest, ...]")


def simulating() -> None:
    with SyncSimulator(pin="1") as simulator:
        assert_type(simulator.port, int)
        assert_type(simulator.offer_file("a", b"x"), Record)


_ = datetime


def many() -> None:
    with trueroom.sync.Fleet(pin="1234") as fleet:
        assert_type(fleet.add("lobby", "192.168.1.20"), Room)
        assert_type(fleet.wait_ready(), "dict[str, trueroom.RoomHealth]")
        assert_type(fleet.command("getSystemInfo").answers, dict[str, Record])

        @fleet.on("tick")
        def tick(room: Room, event: Record) -> None: ...

        for key, event in fleet.events("connection"):
            assert_type(key, str)
            assert_type(event, Record)
        assert_type(fleet.health(), trueroom.Health)
