from __future__ import annotations

import inspect
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trueroom
import trueroom.sync
from conftest import PATIENCE
from trueroom.simulator import Simulator, SyncSimulator

SyncRoom = trueroom.sync.Room


def test_calls(sync_room: SyncRoom) -> None:
    assert sync_room.command("getAppState")["result"] is True
    assert sync_room.state == "ready"
    assert sync_room.api_version == 2
    sync_room.wait_ready()
    assert sync_room.counters.pending == 0
    assert repr(sync_room) == f"<Room {sync_room._address} ready>"


def test_errors(simulator: SyncSimulator, sync_room: SyncRoom) -> None:
    simulator.refuse("getSystemInfo", code=3)
    with pytest.raises(trueroom.CommandError) as caught:
        sync_room.command("getSystemInfo")
    assert caught.value.code == 3
    simulator.perform("dropNextAnswer", method="getSystemInfo")
    with pytest.raises(trueroom.CommandTimeout):
        sync_room.command("getSystemInfo", timeout=0.02)
    with pytest.raises(trueroom.UsageError):
        sync_room.command("x", a=object())
    with pytest.raises(trueroom.ConnectError):
        trueroom.sync.connect("127.0.0.1", 1)


def test_calls_from_many_threads(sync_room: SyncRoom) -> None:
    done: queue.Queue[bool] = queue.Queue()

    def work() -> None:
        for _ in range(20):
            done.put(sync_room.command("getAppState")["result"])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert [done.get_nowait() for _ in range(160)] == [True] * 160


def test_handlers_have_threads_of_their_own(simulator: SyncSimulator, sync_room: SyncRoom) -> None:
    seen: queue.Queue[tuple[int, threading.Thread]] = queue.Queue()
    blocked: queue.Queue[Any] = queue.Queue()
    gate = threading.Event()

    @sync_room.on("tick")
    def quick(record: trueroom.Record) -> None:
        # A handler may call the room.
        assert sync_room.command("getAppState")["result"] is True
        seen.put((record.number, threading.current_thread()))

    @sync_room.on("tick")
    def stuck(record: trueroom.Record) -> None:
        gate.wait(PATIENCE)
        blocked.put(record.number)

    for number in range(20):
        simulator.emit("tick", number=number)
    got = [seen.get(timeout=PATIENCE) for _ in range(20)]
    assert [number for number, _ in got] == list(range(20))
    (thread,) = {thread for _, thread in got}
    assert thread.daemon
    assert thread is not threading.main_thread()
    assert "quick" in thread.name
    assert blocked.empty()
    gate.set()
    assert [blocked.get(timeout=PATIENCE) for _ in range(20)] == list(range(20))


def test_handler_threads_end_with_the_room(simulator: SyncSimulator) -> None:
    names: queue.Queue[threading.Thread] = queue.Queue()
    with trueroom.sync.connect(**simulator.address) as room:
        room.on("*", lambda record: names.put(threading.current_thread()))
        room.files.on_request(lambda request: names.put(threading.current_thread()))
        simulator.offer_file()
        threads = {names.get(timeout=PATIENCE) for _ in range(2)}
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_off_ends_the_thread(simulator: SyncSimulator, sync_room: SyncRoom) -> None:
    names: queue.Queue[threading.Thread] = queue.Queue()

    @sync_room.once("tick")
    def handler(record: trueroom.Record) -> None:
        names.put(threading.current_thread())

    simulator.emit("tick")
    thread = names.get(timeout=PATIENCE)
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_what_a_handler_raises(simulator: SyncSimulator, sync_room: SyncRoom) -> None:
    errors: queue.Queue[Any] = queue.Queue()
    sync_room.on("error", errors.put)

    @sync_room.on("tick")
    def handler(record: trueroom.Record) -> None:
        raise ValueError(record.number)

    simulator.emit("tick", number=1)
    simulator.emit("tick", number=2)
    assert [errors.get(timeout=PATIENCE).kind for _ in range(2)] == ["ValueError"] * 2


def test_async_handlers_are_refused(sync_room: SyncRoom) -> None:
    async def handler(record: trueroom.Record) -> None: ...

    class Bot:
        async def __call__(self, record: trueroom.Record) -> None: ...

    for wrong in (handler, Bot()):
        with pytest.raises(trueroom.UsageError, match="use def"):
            sync_room.on("tick", wrong)


def test_close_in_a_handler(simulator: SyncSimulator, sync_room: SyncRoom) -> None:
    sync_room.on("tick", lambda record: sync_room.close())
    simulator.emit("tick")
    sync_room.wait_closed()
    assert sync_room.state == "closed"
    with pytest.raises(trueroom.RoomClosed):
        sync_room.command("getAppState")


def test_streams(simulator: SyncSimulator, sync_room: SyncRoom) -> None:
    stream = sync_room.events("tick")
    for number in range(3):
        simulator.emit("tick", number=number)
    assert [next(stream).number for _ in range(2)] == [0, 1]
    sync_room.command("getAppState")
    sync_room.close()
    assert [record.number for record in stream] == [2]
    with sync_room.events() as left:
        pass
    assert list(left) == []


def test_expect_and_wait_for(simulator: SyncSimulator, sync_room: SyncRoom) -> None:
    with sync_room.expect("tick", where=lambda e: e.number == 1, timeout=60) as expected:
        simulator.emit("tick", number=0)
        simulator.emit("tick", number=1)
        assert expected.wait().number == 1
    assert expected.event.number == 1
    with pytest.raises(TimeoutError):
        sync_room.wait_for("never", timeout=0.02)
    threading.Thread(target=sync_room.close).start()
    with pytest.raises(trueroom.RoomClosed):
        sync_room.wait_for("never")


def test_files(simulator: SyncSimulator, sync_room: SyncRoom, tmp_path: Path) -> None:
    requests: queue.Queue[trueroom.sync.FileRequest] = queue.Queue()
    changes = sync_room.files.changes()
    handler = sync_room.files.on_request(requests.put)
    simulator.offer_file("a.txt", "hello" * 1000)
    request = requests.get(timeout=PATIENCE)
    assert isinstance(request, trueroom.sync.FileRequest)
    assert next(changes) is request
    request.accept()
    assert request.wait(timeout=PATIENCE) is request
    assert list(request.progress()) == [100]
    progress: list[Any] = []
    path = request.save(tmp_path, on_progress=lambda *both: progress.append(both))
    assert path.read_text() == "hello" * 1000
    assert progress[-1] == (5000, 5000)
    progress.clear()
    content = request.read(on_progress=lambda *both: progress.append(both))
    assert content == b"hello" * 1000
    assert progress[-1] == (5000, 5000)
    simulator.offer_file("b.txt")
    requests.get(timeout=PATIENCE).reject()
    sent = sync_room.files.send(b"x", to="bob", name="x")
    assert isinstance(sent, trueroom.sync.FileRequest)
    sent.wait()
    assert sync_room.files.outgoing == (sent,)
    assert len(sync_room.files.file_list()) == 2
    sync_room.files.delete(sent)
    sync_room.files.refresh()
    assert request in sync_room.files.history()
    sync_room.files.clear_history()
    assert sync_room.files.history() == ()
    sync_room.files.off_request(handler)
    assert isinstance(sync_room.files.upload(b"x", name="y"), int)


def test_works_inside_of_a_running_loop(simulator: SyncSimulator) -> None:
    # As in Jupyter, where a loop always runs.
    import asyncio

    async def cell() -> Any:
        with trueroom.sync.connect(**simulator.address) as room:
            return room.command("getAppState")["result"]

    assert asyncio.run(cell()) is True


PAIRS = [
    (trueroom.Room, trueroom.sync.Room),
    (trueroom.Files, trueroom.sync.Files),
    (trueroom.FileRequest, trueroom.sync.FileRequest),
    (trueroom.EventStream, trueroom.sync.EventStream),
    (trueroom.Expectation, trueroom.sync.Expectation),
    (trueroom.Changes, trueroom.sync.Changes),
    (trueroom.Progression, trueroom.sync.Progression),
    (Simulator, SyncSimulator),
]
# What there is on one side only, because of how each waits.
ONLY = {"aclose", "close", "wait", "asynchronous"}


def public(cls: type) -> dict[str, Any]:
    return {
        name: inspect.getattr_static(cls, name) for name in dir(cls) if not name.startswith("_")
    }


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_both_faces_are_the_same(first: type, second: type) -> None:
    one, two = public(first), public(second)
    assert (set(one) ^ set(two)) <= ONLY
    for name in set(one) & set(two):
        if callable(one[name]):
            a, b = inspect.signature(one[name]), inspect.signature(two[name])
            assert list(a.parameters.values()) == list(b.parameters.values()), name
        else:
            assert type(one[name]) is type(two[name]), name


def test_connect_is_the_same() -> None:
    a, b = inspect.signature(trueroom.connect), inspect.signature(trueroom.sync.connect)
    assert list(a.parameters.values()) == list(b.parameters.values())


@pytest.mark.parametrize("cls", [cls for pair in PAIRS for cls in pair])
def test_everything_is_documented(cls: type) -> None:
    assert cls.__doc__
    for name, value in public(cls).items():
        text = inspect.getdoc(value) or ""
        assert text, f"{cls.__name__}.{name}"
        if callable(value):
            given = [
                parameter
                for parameter in inspect.signature(value).parameters
                if parameter not in ("self", "cls")
            ]
            missing = [parameter for parameter in given if f"{parameter}:" not in text]
            assert not missing, f"{cls.__name__}.{name}: {missing}"


@pytest.mark.parametrize("cls", [second for _, second in PAIRS])
def test_the_blocking_documentation_does_not_speak_of_await(cls: type) -> None:
    for name, value in {"": cls, **public(cls)}.items():
        assert "await " not in (inspect.getdoc(value) or ""), name
        assert "async with" not in (inspect.getdoc(value) or ""), name


def test_connect_is_documented() -> None:
    for connect in (trueroom.connect, trueroom.sync.connect):
        text = inspect.getdoc(connect) or ""
        for parameter in inspect.signature(connect).parameters:
            assert f"{parameter}:" in text
    assert "await" not in (trueroom.sync.connect.__doc__ or "")


Use = Callable[..., Any]
