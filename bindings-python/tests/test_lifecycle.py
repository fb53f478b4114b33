"""What no test inside of one process can show: how interpreters end. Pitfalls M1 to M7."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import Script, repeat, silent
from trueroom.simulator import SyncSimulator

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")

# The simulator runs in this process, so that the scripts end as users' scripts end.
HEADER = """
import asyncio, sys, trueroom
port = int(sys.argv[1])
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    # Two roles would allow two clients; these scripts evict each other, so the events of that are
    # part of the load. A command may therefore fail; how the interpreter ends must not.
    with SyncSimulator() as simulator:
        yield simulator.port


def run_many(script: Script, source: str, port: int, times: int) -> None:
    """Runs a script many times, eight at once, and asserts that each ended silently with 0."""
    with ThreadPoolExecutor(8) as pool:
        runs = [pool.submit(script, source, port) for _ in range(times)]
        bad = [done for run in runs if (done := run.result()).returncode or done.stderr]
    assert not bad, f"{len(bad)} of {times}: {bad[0].returncode} {bad[0].stderr[-3000:]}"


ONE_AWAIT = (
    HEADER
    + """
from trueroom.simulator import Simulator
async def main():
    await Simulator().start()
asyncio.run(main())
"""
)

ONE_COMMAND = (
    HEADER
    + """
async def main():
    try:
        room = await trueroom.connect("127.0.0.1", port)
        await room.command("getAppState")
    except trueroom.TrueroomError:
        pass
asyncio.run(main())
"""
)

# No asyncio.run, which would cancel the tasks: the loop is simply left.
PENDING = (
    HEADER
    + """
from trueroom.simulator import Simulator
simulators = []
async def main():
    simulator = await Simulator().start()
    simulators.append(simulator)
    room = await trueroom.connect(**simulator.address)
    simulators.append(room)
    room.on("*", lambda record: record.event)
    @room.on("tick")
    async def slow(record):
        await asyncio.sleep(30)
    await simulator.perform("dropNextAnswer", method="getSystemInfo", times=0)
    tasks = [asyncio.ensure_future(room.command("getSystemInfo")) for _ in range(20)]
    tasks += [asyncio.ensure_future(room.command("getAppState")) for _ in range(20)]
    tasks += [asyncio.ensure_future(simulator.emit("tick")) for _ in range(200)]
    simulators.append(tasks)
    await simulator.wait_for(received="getSystemInfo", count=20)
asyncio.run(main())
"""
)

# The answers come while the loop closes, and after.
CLOSING = (
    HEADER
    + """
from trueroom.simulator import Simulator
keep = []
def handler(loop, context):
    print(context, file=sys.stderr)
loop = asyncio.new_event_loop()
loop.set_exception_handler(handler)
async def main():
    simulator = await Simulator().start()
    room = await trueroom.connect(**simulator.address)
    keep.extend((simulator, room))
    native, host = room._native, room._host
    for _ in range(300):
        native.call(host.token(), "getAppState", "{}", None)
loop.run_until_complete(main())
loop.close()
# One that came for a closed loop must not hold up the next loop.
async def again():
    async with trueroom.connect(**keep[0].address) as room:
        await room.command("getAppState")
asyncio.run(again())
"""
)

SYNC_WITH_THREADS = (
    HEADER
    + """
import threading
import trueroom.sync
from trueroom.simulator import SyncSimulator
simulator = SyncSimulator().start()
room = trueroom.sync.connect(**simulator.address)
started = threading.Event()
@room.on("tick")
def stuck(record):
    started.set()
    threading.Event().wait()
@room.on("*")
def busy(record):
    room.command("getAppState")
threading.Thread(target=room.wait_closed, daemon=True).start()
for number in range(20):
    simulator.emit("tick", number=number)
started.wait()
"""
)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(ONE_AWAIT, id="one-await"),
        pytest.param(ONE_COMMAND, id="one-command"),
    ],
)
def test_scripts_that_end_right_after_an_await(script: Script, port: int, source: str) -> None:
    run_many(script, source, port, repeat(200, 24))


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(PENDING, id="pending"),
        pytest.param(CLOSING, id="closing-loop"),
        pytest.param(SYNC_WITH_THREADS, id="sync-threads"),
    ],
)
def test_scripts_that_end_in_the_middle(script: Script, port: int, source: str) -> None:
    run_many(script, source, port, repeat(100, 16))


@posix_only
@pytest.mark.parametrize("source", [ONE_COMMAND, PENDING])
def test_uvloop(script: Script, port: int, source: str) -> None:
    pytest.importorskip("uvloop")
    # Not asyncio.set_event_loop_policy, which later Pythons deprecate.
    source = source.replace("asyncio.run(main())", "import uvloop\nuvloop.run(main())")
    run_many(script, source, port, repeat(100, 8))


def test_asyncio_run_twice(script: Script) -> None:
    silent(
        script(
            """
import asyncio, trueroom
from trueroom.simulator import SyncSimulator
simulator = SyncSimulator().start()
rooms = []
async def main():
    async with trueroom.connect(**simulator.address) as room:
        rooms.append(room)
        print((await room.command("getAppState"))["result"])
asyncio.run(main())
asyncio.run(main())
async def late():
    try:
        await rooms[0].command("getAppState")
    except trueroom.UsageError as error:
        print("another event loop" in str(error))
asyncio.run(late())
"""
        ),
        "True\nTrue\nTrue\n",
    )


def test_two_loops_in_two_threads(script: Script) -> None:
    silent(
        script(
            """
import asyncio, threading, trueroom
from trueroom.simulator import SyncSimulator
simulators = [SyncSimulator().start() for _ in range(2)]
counts = []
async def main(simulator):
    async with trueroom.connect(**simulator.address) as room:
        seen = []
        threads = set()
        @room.on("*")
        def handler(record):
            seen.append(record)
            threads.add(threading.get_ident())
        for number in range(100):
            await room.command("getAppState")
            await simulator.asynchronous().emit("tick")
        await room.command("getAppState")
        assert threads == {threading.get_ident()}
        counts.append(len(seen))
threads = [threading.Thread(target=asyncio.run, args=[main(s)]) for s in simulators]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(counts)
"""
        ),
        "[100, 100]\n",
    )


def test_nothing_is_left_of_a_loop_that_ended(script: Script) -> None:
    silent(
        script(
            """
import asyncio, gc, trueroom
from trueroom import _loop
from trueroom.simulator import SyncSimulator
simulator = SyncSimulator().start()
async def main():
    room = await trueroom.connect(**simulator.address)
    room.on("*", print)
    asyncio.ensure_future(room.command("getAppState"))
asyncio.run(main())
# More than once: the loop is in a cycle of its own, what hangs on it is free only after that, and
# the dispatch thread may hold them for a moment.
while simulator.state().connections:
    gc.collect()
print(len(_loop._hosts), simulator.state().connections)
"""
        ),
        "0 []\n",
    )


@posix_only
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork_is_a_clear_error(script: Script) -> None:
    done = script(
        """
import asyncio, gc, os, sys, warnings, trueroom, trueroom.sync
warnings.simplefilter("ignore")
from trueroom.simulator import Simulator
async def main():
    simulator = await Simulator().start()
    room = await trueroom.connect(**simulator.address)
    stream = room.events()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        def check(error):
            words = str(error)
            assert str(parent) in words and str(os.getpid()) in words, words
        assert "unknown" in repr(room)
        for use in (lambda: room.command("x"), room.close, room.wait_closed,
                    lambda: trueroom.connect(**simulator.address)._open(), simulator.state):
            try:
                await use()
            except trueroom.UsageError as error:
                check(error)
            else:
                print("no error", use)
        for use in (lambda: room.state, lambda: room.on("*", print), lambda: room.files.requests,
                    lambda: trueroom.sync.connect(**simulator.address)):
            try:
                use()
            except trueroom.UsageError as error:
                check(error)
            else:
                print("no error", use)
        del room, stream
        gc.collect()
        print("child ends", flush=True)
        # asyncio's own end would break the parent's loop, whose selector it shares.
        os._exit(0)
    await asyncio.sleep(0)
    _, status = os.waitpid(pid, 0)
    print(status, (await room.command("getAppState"))["result"])
asyncio.run(main())
"""
    )
    silent(done, "child ends\n0 True\n")


@posix_only
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_ends_by_itself(script: Script) -> None:
    done = script(
        """
import os, sys, warnings, trueroom, trueroom.sync
warnings.simplefilter("ignore")
from trueroom.simulator import SyncSimulator
simulator = SyncSimulator().start()
room = trueroom.sync.connect(**simulator.address)
room.on("*", print)
stream = room.events()
pid = os.fork()
if pid == 0:
    for use in (lambda: room.command("x"), lambda: next(stream), room.close, simulator.stop):
        try:
            use()
        except trueroom.UsageError as error:
            assert str(os.getppid()) in str(error) and str(os.getpid()) in str(error)
        else:
            print("no error", use)
    print("child ends", flush=True)
else:
    print(os.waitpid(pid, 0)[1], room.command("getAppState")["result"])
"""
    )
    silent(done, "child ends\n0 True\n")


@posix_only
def test_a_fork_before_the_first_use_works(script: Script) -> None:
    silent(
        script(
            """
import os, sys, trueroom, trueroom.sync
from trueroom.simulator import SyncSimulator
def use():
    with SyncSimulator() as simulator, trueroom.sync.connect(**simulator.address) as room:
        # One write: both processes share the pipe.
        os.write(1, b"%r\\n" % room.command("getAppState")["result"])
pid = os.fork()
use()
if pid:
    os.waitpid(pid, 0)
"""
        ),
        "True\nTrue\n",
    )


BLOCKED = """
import sys, trueroom, trueroom.sync
from trueroom.simulator import SyncSimulator
with SyncSimulator() as simulator, trueroom.sync.connect(**simulator.address) as room:
    simulator.perform("dropNextAnswer", method="getSystemInfo", times=0)
    request = simulator.offer_file()
    calls = {
        "command": lambda: room.command("getSystemInfo", timeout=600),
        "wait_for": lambda: room.wait_for("never"),
        "events": lambda: next(room.events("never")),
        "wait": lambda: simulator.perform("waitFor", sent="never", timeout=600_000),
    }
    try:
        print("ready", flush=True)
        calls[sys.argv[1]]()
    except KeyboardInterrupt:
        print(room.counters.pending, flush=True)
"""


@pytest.mark.parametrize("call", ["command", "wait_for", "events", "wait"])
@posix_only
def test_ctrl_c_ends_a_blocking_call(call: str) -> None:
    process: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, "-c", BLOCKED, call],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    # It is interrupted inside of the call or right before it; the answer is the same.
    until_blocked(process.pid)
    process.send_signal(signal.SIGINT)
    # Far less than the calls themselves would take.
    out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("0\n", "", 0)


def until_blocked(pid: int) -> None:
    """Waits until the main thread of a process sleeps, where that can be seen."""
    stat = Path(f"/proc/{pid}/task/{pid}/stat")
    end = time.monotonic() + 5
    while stat.exists() and time.monotonic() < end:
        if stat.read_text().rpartition(")")[2].split()[0] == "S":
            return


def test_the_interpreter_goes_on_after_shutdown(script: Script) -> None:
    silent(
        script(
            """
import asyncio, trueroom
from trueroom import _native
from trueroom.simulator import Simulator
_native.shutdown()
async def main():
    async with Simulator() as simulator, trueroom.connect(**simulator.address) as room:
        print((await room.command("getAppState"))["result"])
asyncio.run(main())
_native.shutdown()
asyncio.run(main())
"""
        ),
        "True\nTrue\n",
    )


def test_exit_code_and_output_are_the_programs_own(script: Script) -> None:
    done: Any = script(
        """
import asyncio, sys, trueroom
from trueroom.simulator import Simulator
async def main():
    simulator = await Simulator().start()
    room = await trueroom.connect(**simulator.address)
    sys.exit(7)
asyncio.run(main())
"""
    )
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")


def test_repeat_is_what_was_asked_for() -> None:
    assert repeat(2, 1) == (2 if os.environ.get("TRUEROOM_REPEAT") == "full" else 1)
