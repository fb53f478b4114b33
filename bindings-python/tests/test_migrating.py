"""The programs of docs/migrating.md: what was written for another client and what takes its place
do the same, as the terminal sees it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from trueroom.simulator import SyncSimulator

PROGRAMS = Path(__file__).resolve().parents[2] / "examples" / "migrating"
PIN = "4711"
ALICE = "alice@example.test"

pytestmark = [
    pytest.mark.skipif(not PROGRAMS.is_dir(), reason="the examples are not in the sdist"),
    # The vendor's clients speak nothing newer.
    pytest.mark.parametrize("simulator_options", [{"pin": PIN, "generation": "legacy"}]),
]


def command(program: str) -> list[str]:
    """How a program is started, but for its argument."""
    if program == "python-trueconf-room/before.py":
        # An interpreter that has that package; `cargo xtask test` sets it up.
        interpreter = os.environ.get("TRUEROOM_VENDOR_PYTHON")
        if interpreter is None:
            pytest.skip("TRUEROOM_VENDOR_PYTHON names no Python with python-trueconf-room")
        return [interpreter, str(PROGRAMS / program)]
    if program == "qt/before.cpp":
        # The vendor's library is in no registry: who has it builds the program by hand.
        built = os.environ.get("TRUEROOM_QT_BEFORE")
        if built is None:
            pytest.skip("TRUEROOM_QT_BEFORE names no qt/before, built with the vendor's library")
        return [built]
    return [sys.executable, str(PROGRAMS / program)]


@contextmanager
def started(program: str, port: int | None, folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*command(program), str(port)],
        cwd=folder,  # python-trueconf-room opens a log file where it is imported
        env={**os.environ, "TRUEROOM_PIN": PIN, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # A program that hangs fails the test instead of stopping the suite.
    guard = threading.Timer(120, process.kill)
    guard.start()
    try:
        yield process
    finally:
        guard.cancel()
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    "program",
    [
        "python-trueconf-room/before.py",
        "python-trueconf-room/after.py",
        "qt/before.cpp",
        "qt/after.py",
        "websockets/before.py",
        "websockets/after.py",
    ],
)
def test_before_and_after_do_the_same(
    program: str, simulator: SyncSimulator, tmp_path: Path
) -> None:
    with started(program, simulator.port, tmp_path) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any(line.strip() == "ready" for line in lines)
        # python-trueconf-room goes on before it is authorized.
        simulator.wait_connections(1, authorized=True)
        simulator.call(ALICE)
        simulator.wait_for(received="accept")
        # 4, being called, and 5, in the call.
        simulator.wait_for(sent="appStateChanged", count=2)
        simulator.say(ALICE, "how are you?")
        simulator.wait_for(received="sendMessage")
        simulator.say(ALICE, "bye")
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    done = [
        {key: entry.message[key] for key in ("peerId", "message") if key in entry.message}
        for entry in simulator.perform("log")
        if entry.method in ("accept", "sendMessage")
    ]
    assert done == [{}, {"peerId": ALICE, "message": "state 5"}]
