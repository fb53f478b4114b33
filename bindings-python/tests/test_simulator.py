from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import trueroom
import trueroom.sync
from trueroom.simulator import Simulator, SyncSimulator


async def test_async() -> None:
    terminal = Simulator(pin="1234", transfer_step=0.001, serverDelay=None)
    assert repr(terminal) == "<Simulator not started>"
    with pytest.raises(trueroom.UsageError, match="not started"):
        _ = terminal.port
    async with terminal:
        assert terminal.host == "127.0.0.1"
        assert len({terminal.port, terminal.websocket_port, terminal.http_port, 0}) == 4
        assert terminal.address == {"host": terminal.host, "port": terminal.port}
        assert (terminal.tls, terminal.ca_file) == (False, None)
        with pytest.raises(trueroom.UsageError, match="already"):
            await terminal.start()
        async with trueroom.connect(**terminal.address, pin="1234") as room:
            assert room.state == "ready"
            await terminal.wait_connections(1, authorized=True)
    with pytest.raises(trueroom.UsageError):
        await terminal.state()
    await terminal.stop()


@pytest.mark.parametrize("simulator_options", [{"tls": True}])
def test_tls(simulator: SyncSimulator) -> None:
    assert simulator.tls
    assert simulator.ca_file is not None
    assert Path(simulator.ca_file).read_text().startswith("-----BEGIN")
    with trueroom.sync.connect(**simulator.address) as room:
        assert room.command("getAppState")["result"] is True
    with pytest.raises(trueroom.ConnectError):
        trueroom.sync.connect(simulator.host, simulator.port, tls=True, connect_timeout=2)


@pytest.mark.parametrize(
    "options", [{"nonsense": 1}, {"pin": 5}, {"generation": "new"}, {"port": object()}]
)
def test_wrong_options(options: dict[str, Any]) -> None:
    with pytest.raises(trueroom.UsageError):
        SyncSimulator(**options).start()


def test_wrong_operations(simulator: SyncSimulator) -> None:
    for use in (
        lambda: simulator.perform("nonsense"),
        lambda: simulator.perform("say", {"nonsense": 1}),
        lambda: simulator.take("unknown"),
        lambda: simulator.perform("say", from_=object()),
        lambda: simulator.start(),
    ):
        with pytest.raises(trueroom.UsageError):
            use()
    with pytest.raises(trueroom.CommandTimeout, match="waitFor"):
        simulator.wait_for(received="never", timeout=0.02)


def test_the_other_side(
    simulator: SyncSimulator, sync_room: trueroom.sync.Room, tmp_path: Path
) -> None:
    everything = sync_room.events()

    def seen(*names: str) -> trueroom.Record:
        while True:
            record = next(everything)
            if record.event in names:
                return record

    assert simulator.call("alice@example.test", "Alice").conference_id
    assert seen("inviteReceived").peer_id == "alice@example.test"
    simulator.hang_up()
    simulator.say("alice@example.test", "hello")
    assert seen("incomingChatMessage").message == "hello"
    simulator.emit("custom", a=1)
    assert seen("custom").a == 1
    path = tmp_path / "x"
    path.write_bytes(b"from a path")
    for data, size in ((b"bytes", 5), ("text", 4), (path, 11), (None, 0)):
        record = simulator.offer_file("n", data, sender="bob@example.test", sender_name="Bob")
        assert (record.size, record.peer_name) == (size, "Bob")
        assert seen("receivedFileRequest").file_name == "n"
    assert simulator.offer_file(pattern=10_000_000, size=5).size == 5
    first = simulator.offer_file(conference_id="c")
    simulator.answer_elsewhere(first.id, accept=True)
    assert simulator.wait_file(first.id, "processed").status == "processed"
    second = simulator.offer_file()
    simulator.fail_request(second.id)
    simulator.wait_file(second.id, "failed")
    put = simulator.put_file("p", "content")
    assert simulator.read_file(put.file_id) == b"content"
    simulator.evict()
    with pytest.raises(trueroom.Superseded):
        sync_room.wait_closed()


@pytest.mark.parametrize("simulator_options", [{"auto_take": False}])
def test_peers_that_take_and_refuse(
    simulator: SyncSimulator, sync_room: trueroom.sync.Room
) -> None:
    first = sync_room.files.send(b"x", to="bob@example.test", name="x")
    assert not first.is_finished
    simulator.take(first.id)
    assert first.wait(timeout=60).status == "processed"
    second = sync_room.files.send(b"x", to="bob@example.test", name="x")
    simulator.refuse_file(second.id)
    assert second.wait(timeout=60).status in ("rejected", "failed")


def test_progress_on_demand(simulator: SyncSimulator, sync_room: trueroom.sync.Room) -> None:
    simulator.hold_progress()
    record = simulator.offer_file("x", b"x" * 1000)
    with sync_room.expect("incomingFileRequestDownloadingProgress", timeout=60) as expected:
        sync_room.command("acceptIncomingFileRequest", file_request_id=record.id)
        simulator.release_progress(record.id, steps=1)
    assert expected.event.processed_percents == 20


def test_a_dropped_simulator_stops() -> None:
    simulator = SyncSimulator().start()
    room = trueroom.sync.connect(**simulator.address, reconnect=False)
    del simulator
    with pytest.raises(trueroom.ConnectionLost):
        room.wait_closed()


def test_the_plugin_needs_no_setup(tmp_path: Path) -> None:
    (tmp_path / "test_bot.py").write_text(
        """
import pytest, trueroom, trueroom.sync

def test_plain(simulator):
    with trueroom.sync.connect(**simulator.address) as room:
        assert room.state == "ready"

@pytest.mark.parametrize("simulator_options", [{"pin": "1234"}])
def test_options(simulator):
    with pytest.raises(trueroom.AuthError):
        trueroom.sync.connect(**simulator.address, pin="0000")

def test_async(async_simulator):
    import asyncio
    async def use():
        async with trueroom.connect(**async_simulator.address) as room:
            await async_simulator.offer_file()
    asyncio.run(use())
"""
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_importing_trueroom_does_not_load_it() -> None:
    code = "import sys, trueroom; print([m for m in sys.modules if 'trueroom.s' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


async def test_other_users(async_simulator: Simulator, room: trueroom.Room) -> None:
    bob = async_simulator.peer("bob@example.test", "Bob")
    assert repr(bob) == "<Peer bob@example.test>"
    async with room.expect("inviteReceived") as invited:
        await bob.call()
    assert (invited.event.peer_dn, invited.event.type) == ("Bob", 0)
    await room.call.reject()
    await room.conference.create_conference("Weekly", "role", True)
    async with room.expect("newParticipantInConference") as joined:
        await bob.join(mic=1)
    assert (joined.event.mic, joined.event.broadcast) == (1, False)
    async with room.expect("roleEventOccured", where=lambda e: e.broadcast):
        await async_simulator.move_podium(True, bob.id)
    async with room.expect("requestCameraControlReceived"):
        await bob.ask("camera")
    async with room.expect("incomingRequestCameraControlRejected") as lapsed:
        await bob.lapse("camera")
    assert lapsed.event.reason == 1
    async with room.expect("deviceStatusReceived") as changed:
        await bob.set_devices(video=0)
    assert changed.event.video == 0
    async with room.expect("reactionsChanged"):
        await bob.react(1)
    async with room.expect("userRecordingMeStatusChanged"):
        await bob.record()
    async with room.expect("extraVideoFlowNotify"):
        await bob.show(1)
    async with room.expect("commandReceived"):
        await bob.send_command("lights")
    async with room.expect("incomingGroupChatMessage"):
        await bob.say("hi", conference=True)
    async with room.expect("usersStatusesChanged"):
        await bob.set_presence(2, 7)
    async with room.expect("micStateChangedByConferenceOwner"):
        await async_simulator.mute_room(mic=True)
    await room.sharing.start_capture(1)
    async with room.expect("dsStopped"):
        await async_simulator.stop_sharing()
    async with room.expect("participantLeftConference"):
        await bob.leave()
    with pytest.raises(trueroom.UsageError, match="no participant"):
        await bob.leave()
    async with room.expect("serverDisconnected"):
        await async_simulator.set_server(False)


@pytest.mark.parametrize("simulator_options", [{"call_answer": "none"}])
def test_other_users_blocking(simulator: SyncSimulator, sync_room: trueroom.sync.Room) -> None:
    bob = simulator.peer("bob@example.test")
    hosted = bob.host_conference("His", kind=3, pin="7", participants=["eve@example.test"])
    sync_room.call.call(hosted.call_id, pin="7")
    with sync_room.expect("conferenceCreated") as created:
        bob.answer()
    assert created.event.conf_title == "His"
    with sync_room.expect("incomingPodiumInvitationRemoved") as gone:
        bob.ask("podiumInvitation")
        bob.lapse("podiumInvitation")
    assert gone.event.reason == 2
    simulator.move_podium(True)
    simulator.hang_up()
    eve = simulator.peer("eve@example.test")
    sync_room.call.call(eve.id)
    with sync_room.expect("rejectReceived") as refused:
        eve.answer(False, cause=2)
    assert refused.event.cause == 2
