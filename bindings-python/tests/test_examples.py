"""Every example is run as its users run it, on real files, against the simulator."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
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
    guard = threading.Timer(60, process.kill)
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
    out, err = bot.communicate(timeout=10)
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
