"""Every example is run as its users run it, on real files, against the simulator."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from trueroom.simulator import SyncSimulator

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"
PIN = "4711"

pytestmark = [
    pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the examples are not in the sdist"),
    pytest.mark.parametrize("simulator_options", [{"pin": PIN}]),
]


def start(name: str, *arguments: object, simulator: SyncSimulator) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(EXAMPLES / name), *map(str, arguments), "--port", str(simulator.port)],
        env={**os.environ, "TRUEROOM_PIN": PIN, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture
def bot(simulator: SyncSimulator, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    arguments = ("127.0.0.1", "--inbox", tmp_path / "inbox", "--max-bytes", 5_000_000)
    process = start("file_bot.py", *arguments, simulator=simulator)
    # A bot that hangs fails the test instead of stopping the suite.
    guard = threading.Timer(120, process.kill)
    guard.start()
    yield process
    guard.cancel()
    process.kill()
    process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def test_file_bot(bot: subprocess.Popen[str], simulator: SyncSimulator, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    assert line(bot) == "ready"
    for name, content in {
        "report.txt": "прибыль\n".encode() * 1000,
        "big.pdf": os.urandom(3_000_000),
        "../../up.txt": b"where I belong",
        "empty": b"",
    }.items():
        before = set(os.listdir(inbox)) if inbox.exists() else set()
        simulator.offer_file(name, content)
        said = line(bot)
        assert said.startswith(f"saved {json.dumps(name)} as {inbox}"), said
        (new,) = set(os.listdir(inbox)) - before
        got = (inbox / new).read_bytes()
        assert hashlib.sha256(got).digest() == hashlib.sha256(content).digest()
    simulator.offer_file("Setup.EXE", b"MZ")
    assert line(bot) == 'rejected "Setup.EXE"'
    simulator.offer_file("huge.iso", pattern=6_000_000)
    assert line(bot) == 'rejected "huge.iso"'
    assert sorted(os.listdir(tmp_path)) == ["inbox"]
    assert len(os.listdir(inbox)) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
def test_file_bot_ends_on_ctrl_c(bot: subprocess.Popen[str], simulator: SyncSimulator) -> None:
    assert line(bot) == "ready"
    bot.send_signal(signal.SIGINT)
    out, err = bot.communicate(timeout=60)
    assert (bot.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize("size", [0, 1_000_000])
def test_send_with_progress(simulator: SyncSimulator, tmp_path: Path, size: int) -> None:
    pytest.importorskip("tqdm")
    content = os.urandom(size)
    path = tmp_path / "x.bin"
    path.write_bytes(content)
    process = start(
        "send_with_progress.py", path, "bob@example.test", "127.0.0.1", simulator=simulator
    )
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "x.bin: processed\n"), err
    assert "100%" in err
    (request,) = simulator.state().files
    assert simulator.read_file(request.file_id) == content


def test_sync_script(simulator: SyncSimulator, tmp_path: Path) -> None:
    simulator.offer_file("a.txt", "hello")
    process = start("sync_script.py", "127.0.0.1", tmp_path / "inbox", simulator=simulator)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, ""), err
    path = tmp_path / "inbox" / "a.txt"
    assert out == (
        f"state 3, API v.2, files available\nincoming a.txt: waiting, 5 bytes\nsaved {path}\n"
    )
    assert path.read_text() == "hello"


@pytest.fixture
def running(simulator: SyncSimulator) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts an example and ends it with the test, whatever becomes of it."""
    processes: list[tuple[subprocess.Popen[str], threading.Timer]] = []

    def run(name: str, *arguments: object) -> subprocess.Popen[str]:
        process = start(name, *arguments, simulator=simulator)
        guard = threading.Timer(120, process.kill)
        guard.start()
        processes.append((process, guard))
        return process

    yield run
    for process, guard in processes:
        guard.cancel()
        process.kill()
        process.communicate()


Running = Callable[..., subprocess.Popen[str]]


def test_chat_bot(running: Running, simulator: SyncSimulator) -> None:
    bot = running("chat_bot.py", "127.0.0.1", "--trust", "boss@example.test")
    assert line(bot) == "ready"
    simulator.offer_file("plan.pdf", "x", sender="alice@example.test")
    # Whom it does not trust it does not answer: the next answer goes to the boss.
    simulator.say("stranger@example.test", "call me@example.test")
    said = [
        ("/state", "logged in"),
        ("files", "plan.pdf from alice"),
        ("dance now", 'I do not know "dance"; write "help"'),
        ("call bob@example.test", "calling bob@example.test"),
    ]
    for count, (message, _) in enumerate(said, 1):
        simulator.say("boss@example.test", message)
        simulator.wait_for(received="sendMessage", count=count)
    answers = [
        (entry.message.peer_id, entry.message.message)
        for entry in simulator.perform("log")
        if entry.method == "sendMessage"
    ]
    assert answers == [("boss@example.test", answer) for _, answer in said]
    simulator.wait_for(received="call")


def test_event_recorder(running: Running, simulator: SyncSimulator, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    recorder = running("event_recorder.py", "127.0.0.1", path, "--count", 4)
    assert line(recorder) == f"recording to {path}"
    simulator.emit("myEvent", data="before")
    simulator.drop_connection()
    simulator.wait_for(received="auth", count=2)
    simulator.wait_connections(1, authorized=True)
    simulator.emit("somethingNew", answer=42, name="прибыль")
    assert recorder.wait(60) == 0
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert all(datetime.fromisoformat(line["at"]).tzinfo for line in lines)
    first, lost, back, last = (line["event"] for line in lines)
    assert first == {"method": "event", "event": "myEvent", "data": "before"}
    assert (lost["event"], lost["state"]) == ("connection", "reconnecting")
    assert (back["event"], back["state"]) == ("connection", "ready")
    assert back["deafFor"] >= 0
    assert last == {"method": "event", "event": "somethingNew", "answer": 42, "name": "прибыль"}


def test_fleet_watch(simulator: SyncSimulator) -> None:
    rooms = ("lobby=127.0.0.1", "attic=127.0.0.1:1")
    process = start("fleet_watch.py", "--every", 0.2, *rooms, simulator=simulator)
    guard = threading.Timer(120, process.kill)
    guard.start()
    wanted = {
        "lobby: ready (connected)",
        "attic: connecting (connection refused)",
        "all: 1 connecting, 1 ready",
    }
    while wanted:
        said = line(process)
        assert said, process.communicate()
        wanted.discard(said)
    simulator.offer_file("a.txt", "hello", sender="bob@example.test")
    while line(process) != "lobby: bob@example.test offers a.txt":
        assert process.poll() is None
    process.kill()
    process.communicate()
    guard.cancel()


def test_conference_scheduler(running: Running, simulator: SyncSimulator, tmp_path: Path) -> None:
    now = datetime.now(timezone.utc)
    meetings: list[dict[str, object]] = [
        {"at": (now + timedelta(seconds=1)).isoformat(), "title": "Later", "minutes": 0},
        {"at": (now - timedelta(minutes=1)).isoformat(), "title": "Due", "invite": ["bob@a.test"]},
        {"at": (now - timedelta(hours=1)).isoformat(), "title": "Long ago"},
    ]
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(meetings), encoding="utf-8")
    scheduler = running("conference_scheduler.py", plan, "127.0.0.1")
    assert line(scheduler) == "missed Long ago"
    assert line(scheduler) == "began Due"
    # Somebody else ends it, long before its hour is over.
    simulator.hang_up()
    assert line(scheduler) == "ended Due"
    assert [line(scheduler), line(scheduler)] == ["began Later", "ended Later"]
    assert scheduler.wait(60) == 0
    begun = [
        (entry.message.title, entry.message.inviteList)
        for entry in simulator.perform("log")
        if entry.method == "createConference"
    ]
    assert begun == [("Due", ["bob@a.test"]), ("Later", [])]
    hung_up = [e.message.forAll for e in simulator.perform("log") if e.method == "hangUp"]
    assert hung_up == [True]
