from __future__ import annotations

import asyncio
import copy
import hashlib
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import trueroom
from conftest import soon
from trueroom.simulator import Simulator

BYTES = bytes(range(256)) * 1000


async def offered(
    simulator: Simulator, room: trueroom.Room, name: str = "a.bin", **more: Any
) -> trueroom.FileRequest:
    """A request that the room knows of."""
    changes = room.files.changes()
    record = await simulator.offer_file(name, more.pop("data", BYTES), **more)
    async for request in changes:
        # Before product 4.1 a request is known by its number.
        if request.id in (record.id, str(record.number)):
            return request
    raise AssertionError("the room was closed")


async def test_a_request(async_simulator: Simulator, room: trueroom.Room) -> None:
    request = await offered(
        async_simulator, room, sender="bob@example.test", sender_name="Bob", conference_id="c1"
    )
    assert request.direction == "incoming"
    assert request.status == "waiting"
    assert request.file_name == "a.bin"
    assert request.size == len(BYTES)
    assert request.size_known is True
    assert (request.peer_id, request.peer_name) == ("bob@example.test", "Bob")
    assert request.conference_id == "c1"
    assert request.percent == 0
    assert request.is_finished is False
    assert request.file_id is None
    assert request.created_at is not None
    assert request.created_at.tzinfo is timezone.utc
    assert request.created_at > datetime(2025, 1, 1, tzinfo=timezone.utc)
    assert repr(request).startswith(f"<FileRequest {request.id} incoming waiting 'a.bin'")


async def test_live_and_the_same_object(async_simulator: Simulator, room: trueroom.Room) -> None:
    request = await offered(async_simulator, room)
    assert room.files.get(request.id) is request
    assert room.files.requests == room.files.incoming == (request,)
    assert room.files.requests[0] is request
    assert room.files.outgoing == ()
    assert room.files.get("unknown") is None
    assert request in {request}
    assert request != 5
    await request.accept()
    assert await soon(request.wait()) is request
    assert (request.status, request.percent, request.is_finished) == ("processed", 100, True)
    assert request.file_id is not None


async def test_newest_first(async_simulator: Simulator, room: trueroom.Room) -> None:
    for name in ("1", "2", "3"):
        await async_simulator.perform("advance", ms=5000)
        await offered(async_simulator, room, name)
    assert [request.file_name for request in room.files.requests] == ["3", "2", "1"]


async def test_accept_and_save(
    async_simulator: Simulator, room: trueroom.Room, tmp_path: Path
) -> None:
    request = await offered(async_simulator, room)
    progress: list[tuple[int, int]] = []
    await request.accept()
    folder = f"{tmp_path / 'inbox'}{os.sep}"
    path = await soon(request.save(folder, on_progress=lambda *both: progress.append(both)))
    assert path == tmp_path / "inbox" / "a.bin"
    assert path.read_bytes() == BYTES
    assert progress[-1] == (len(BYTES), len(BYTES))
    assert [done for done, _ in progress] == sorted(done for done, _ in progress)
    again = await request.save(tmp_path / "inbox")
    assert again != path
    assert again.parent == path.parent
    over = await request.save(tmp_path / "inbox", overwrite=True)
    assert over == path
    named = await request.save(tmp_path / "other.name")
    assert named.read_bytes() == BYTES
    assert sorted(os.listdir(tmp_path / "inbox")) == sorted([path.name, again.name])


async def test_relative_paths(
    async_simulator: Simulator,
    room: trueroom.Room,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    request = await offered(async_simulator, room)
    await request.accept()
    assert await soon(request.save("in/")) == tmp_path / "in" / "a.bin"
    for wrong in ("", 5, None, "\0"):
        with pytest.raises((trueroom.UsageError, trueroom.TransferError)):
            await soon(request.save(wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\x", "/abs", "a\0b", "con", "x" * 4000])
async def test_save_never_leaves_its_folder(
    async_simulator: Simulator, room: trueroom.Room, tmp_path: Path, name: str
) -> None:
    request = await offered(async_simulator, room, name)
    await request.accept()
    inbox = tmp_path / "inbox"
    path = await soon(request.save(f"{inbox}{os.sep}"))
    assert path.parent == inbox
    assert path.read_bytes() == BYTES
    assert os.listdir(tmp_path) == ["inbox"]


async def test_save_before_the_transfer_is_over_waits(
    async_simulator: Simulator, room: trueroom.Room, tmp_path: Path
) -> None:
    await async_simulator.hold_progress()
    request = await offered(async_simulator, room)
    await request.accept()
    save = asyncio.create_task(request.save(tmp_path / "a"))
    await async_simulator.release_progress()
    assert (await soon(save)).read_bytes() == BYTES


async def test_read(async_simulator: Simulator, room: trueroom.Room) -> None:
    request = await offered(async_simulator, room)
    await request.accept()
    assert await soon(request.read()) == BYTES
    progress: list[tuple[int, int]] = []
    assert await soon(request.read(on_progress=lambda *both: progress.append(both))) == BYTES
    assert progress[-1] == (len(BYTES), len(BYTES))


async def test_reject(async_simulator: Simulator, room: trueroom.Room) -> None:
    request = await offered(async_simulator, room)
    await request.reject()
    await soon(request.wait())
    assert request.status == "rejected"
    for again in (request.reject, request.accept):
        with pytest.raises(trueroom.FileRequestError) as caught:
            await again()
        assert caught.value.id == request.id
    with pytest.raises(trueroom.FileRequestError):
        await request.save("unused")
    with pytest.raises(trueroom.FileRequestError):
        await request.read()


async def test_accept_twice_sends_one_command(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    request = await offered(async_simulator, room)
    await request.accept()
    sent = room.counters.sent
    with pytest.raises(trueroom.FileRequestError):
        await request.accept()
    assert room.counters.sent == sent


async def test_progress(async_simulator: Simulator, room: trueroom.Room) -> None:
    await async_simulator.hold_progress()
    request = await offered(async_simulator, room)
    await request.accept()
    steps = request.progress()
    seen = [await soon(anext(steps))]
    while seen[-1] < 60:
        await async_simulator.release_progress(request.id, steps=1)
        seen.append(await soon(anext(steps)))
    assert seen[0] == 0
    assert seen == sorted(set(seen))
    await async_simulator.release_progress()
    rest = await soon(asyncio.ensure_future(collect(steps)))
    assert rest[-1] == 100
    assert [percent async for percent in request.progress()] == [100]


async def collect(stream: Any) -> list[Any]:
    return [item async for item in stream]


async def test_wait_with_timeout(async_simulator: Simulator, room: trueroom.Room) -> None:
    request = await offered(async_simulator, room)
    with pytest.raises(trueroom.WaitTimeout):
        await request.wait(timeout=0.02)
    with pytest.raises(trueroom.UsageError):
        await request.wait(timeout=-1)


async def test_on_request_gives_each_request_once(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    await offered(async_simulator, room, "waiting.txt")
    seen: list[str] = []
    three = asyncio.Event()

    @room.files.on_request
    async def handler(request: trueroom.FileRequest) -> None:
        seen.append(request.file_name)
        await request.accept()
        if len(seen) == 3:
            three.set()

    assert asyncio.iscoroutinefunction(handler)
    assert seen == []
    await async_simulator.offer_file("2.txt", "x")
    await async_simulator.offer_file("3.txt", "x")
    await soon(three.wait())
    await room.files.refresh()
    assert seen == ["waiting.txt", "2.txt", "3.txt"]
    room.files.off_request(handler)
    await offered(async_simulator, room, "4.txt")
    await room.command("getAppState")
    assert len(seen) == 3


async def test_changes_end_with_the_room(async_simulator: Simulator, room: trueroom.Room) -> None:
    changes = room.files.changes()
    request = await offered(async_simulator, room)
    await room.close()
    assert [change.id async for change in changes] == [request.id]
    assert request.file_name == "a.bin"


async def test_the_last_state_stays_when_the_room_forgets(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    request = await offered(async_simulator, room)
    assert request.status == "waiting"
    await async_simulator.perform("vanishRequest", id=request.id)
    await room.files.refresh()
    assert request.file_name == "a.bin"
    assert request.status in ("waiting", "rejected")
    assert copy.copy(request) == request


async def test_of_many_that_are_over_the_newest_are_known(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    ids = [(await async_simulator.offer_file("a.txt", b"x")).id for _ in range(600)]
    for id in ids:
        await async_simulator.perform("vanishRequest", id=id)
    # The first lists tell that they are over, the second that the terminal does not keep them.
    await room.files.refresh()
    first = room.files.get(ids[0])
    assert first is not None
    assert first.status == "rejected"
    await room.files.refresh()
    assert [id for id in ids if room.files.get(id) is not None] == ids[-256:]
    assert first.status == "rejected"


async def test_send(async_simulator: Simulator, room: trueroom.Room, tmp_path: Path) -> None:
    path = tmp_path / "ä report.bin"
    path.write_bytes(BYTES)
    progress: list[tuple[int, int]] = []
    for source, name in ((path, None), (str(path), "b.bin"), (BYTES, "c.bin")):
        request = await soon(
            room.files.send(
                source,
                to="bob@example.test",
                name=name,
                on_progress=lambda *both: progress.append(both),
            )
        )
        assert request.direction == "outgoing"
        assert request.file_name == name or path.name
        assert request.peer_id == "bob@example.test"
        await soon(request.wait())
        assert request.status == "processed"
        assert isinstance(request.file_id, int)
        content = await async_simulator.read_file(request.file_id)
        assert hashlib.sha256(content).digest() == hashlib.sha256(BYTES).digest()
    assert progress[-1] == (len(BYTES), len(BYTES))
    assert len(room.files.outgoing) == 3


async def test_upload_then_send(async_simulator: Simulator, room: trueroom.Room) -> None:
    file_id = await soon(room.files.upload(b"hello", name="x.txt"))
    assert isinstance(file_id, int)
    assert await async_simulator.read_file(file_id) == b"hello"
    request = await soon(room.files.send(to="bob@example.test", file_id=file_id))
    assert request.file_id == file_id
    (listed,) = await room.files.file_list()
    assert listed.file_name == "x.txt"


async def test_send_to_conference(async_simulator: Simulator, room: trueroom.Room) -> None:
    async with room.expect("conferenceCreated", timeout=60):
        await room.command("createConference", title="t", confType="symmetric")
    request = await soon(room.files.send_to_conference(b"hello", name="x.txt"))
    assert request.peer_id is None
    # The event that names the conference may come after the answer.
    await soon(request.wait())
    assert request.conference_id


async def test_wrong_sources(room: trueroom.Room, tmp_path: Path) -> None:
    files = room.files
    for call in (
        files.send(to="bob"),
        files.send("a", to="bob", file_id=1),
        files.send(b"a", to="bob"),
        files.send("a", to=""),
        files.send("a", to=5),  # type: ignore[arg-type]
        files.upload(5),  # type: ignore[arg-type]
        files.delete(),
        files.delete("a", file_id=1),
        files.upload(b"a", name="a", on_progress=5),  # type: ignore[arg-type]
    ):
        with pytest.raises(trueroom.UsageError):
            await call
    with pytest.raises((trueroom.TransferError, trueroom.UsageError), match="missing"):
        await files.upload(tmp_path / "missing")


async def test_history(async_simulator: Simulator, room: trueroom.Room) -> None:
    request = await offered(async_simulator, room)
    await request.accept()
    await soon(request.wait())
    assert await room.files.history() == (request,)
    await room.files.clear_history(delete_files=True)
    assert await room.files.history() == ()


async def test_delete(async_simulator: Simulator, room: trueroom.Room) -> None:
    file_id = await soon(room.files.upload(b"hello", name="x.txt"))
    await room.files.delete(file_id=file_id)
    assert await room.files.file_list() == []
    request = await offered(async_simulator, room)
    await request.accept()
    await soon(request.wait())
    await room.files.delete(request)
    assert await room.files.file_list() == []


async def test_availability(async_simulator: Simulator, room: trueroom.Room) -> None:
    assert room.files.availability == "available"
    async with room.expect("fileTransferAvailabilityChanged", timeout=60):
        await async_simulator.perform("setAvailability", availability=2)
    assert room.files.availability == "login_needed"


async def test_cancelled_save_leaves_nothing(
    async_simulator: Simulator, room: trueroom.Room, tmp_path: Path
) -> None:
    request = await offered(async_simulator, room)
    await request.accept()
    await soon(request.wait())
    await async_simulator.perform("httpFault", kind="stall", times=1, after=100_000)
    begun = asyncio.Event()
    save = request.save(tmp_path / "inbox", on_progress=lambda done, total: begun.set())
    task = asyncio.create_task(save)
    await soon(begun.wait())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await soon(request.save(tmp_path / "again"))).read_bytes() == BYTES


async def test_a_progress_callback_that_raises_stops_nothing(
    async_simulator: Simulator, room: trueroom.Room, caplog: pytest.LogCaptureFixture
) -> None:
    file_id = await soon(room.files.upload(BYTES, name="x", on_progress=lambda done, total: 1 / 0))
    assert file_id
    assert "on_progress callback failed" in caplog.text


@pytest.mark.parametrize("simulator_options", [{"generation": "legacy"}, {"generation": "current"}])
async def test_both_generations(
    async_simulator: Simulator, room: trueroom.Room, tmp_path: Path
) -> None:
    request = await offered(async_simulator, room)
    assert isinstance(request.id, str)
    await request.accept()
    path = await soon(request.save(tmp_path / "x"))
    assert path.read_bytes() == BYTES
