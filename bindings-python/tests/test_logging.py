from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from conftest import Script, silent

USE = """
from trueroom.simulator import SyncSimulator
import trueroom, trueroom.sync
with SyncSimulator(pin="471147") as simulator:
    with trueroom.sync.connect(**simulator.address, pin="471147") as room:
        room.command("getAppState")
        simulator.drop_connection(how="reset")
        with room.expect("connection", where=lambda e: e.state == "ready", timeout=60):
            pass
"""


def test_nothing_is_said_and_nothing_is_written(script: Script, tmp_path: Path) -> None:
    os.chdir(tmp_path)
    silent(script(USE))
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("sync_room")
def test_only_a_null_handler() -> None:
    handlers = [
        handler
        for handler in logging.getLogger("trueroom").handlers
        if type(handler).__module__.startswith("logging")
    ]
    assert [type(handler) for handler in handlers] == [logging.NullHandler]
    assert logging.getLogger("trueroom").level == logging.NOTSET


def test_off_by_default(script: Script) -> None:
    silent(
        script(
            USE
            + """
from trueroom import _logs, _native
import threading
print(_logs._forwarder, _native.take_logs(), any("logs" in t.name for t in threading.enumerate()))
"""
        ),
        "None ([], 0) False\n",
    )


def test_records_of_the_core_arrive(script: Script) -> None:
    done = script(
        """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(name)s %(message)s")
"""
        + USE
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if line.startswith("trueroom")]
    assert lines
    assert any(line.startswith("trueroom.") for line in lines)
    assert "471147" not in done.stdout


def test_levels_are_followed(script: Script) -> None:
    done = script(
        """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(name)s %(message)s")
logging.getLogger("trueroom").setLevel(logging.CRITICAL)
"""
        + USE
    )
    assert "trueroom" not in done.stdout


def test_a_slow_handler_of_logging_holds_up_nothing(script: Script) -> None:
    silent(
        script(
            """
import logging, threading
gate = threading.Event()
class Slow(logging.Handler):
    def emit(self, record):
        gate.wait(60)
logging.getLogger("trueroom").addHandler(Slow())
logging.getLogger("trueroom").setLevel(1)
"""
            + USE
            + "\nprint('done')\ngate.set()\n"
        ),
        "done\n",
    )


def test_an_exception_nobody_would_see_is_shown(script: Script) -> None:
    source = """
import asyncio, trueroom
from trueroom.simulator import Simulator
async def main():
    async with Simulator() as simulator, trueroom.connect(**simulator.address) as room:
        @room.on("tick")
        def broken(record):
            raise ValueError("my mistake")
        await simulator.emit("tick")
        await room.command("getAppState")
asyncio.run(main())
"""
    done = script(source)
    assert done.returncode == 0
    assert "my mistake" in done.stderr
    assert "Traceback" in done.stderr
    listened = source.replace(
        '@room.on("tick")', "room.on('error', print)\n        @room.on(\"tick\")"
    )
    done = script(listened)
    assert done.stderr == ""
    assert "my mistake" in done.stdout


@pytest.mark.parametrize("face", ["sync"])
def test_an_exception_in_a_handler_thread_is_shown(script: Script, face: str) -> None:
    done = script(
        """
import threading, trueroom.sync
from trueroom.simulator import SyncSimulator
with SyncSimulator() as simulator, trueroom.sync.connect(**simulator.address) as room:
    shown = threading.Event()
    hook = threading.excepthook
    def see(arguments):
        hook(arguments)
        shown.set()
    threading.excepthook = see
    @room.on("tick")
    def broken(record):
        raise ValueError("my mistake")
    simulator.emit("tick")
    assert shown.wait(60)
"""
    )
    assert done.returncode == 0
    assert "ValueError: my mistake" in done.stderr
