from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest
import trueroom
from trueroom.simulator import SyncSimulator

COMMAND = [sys.executable, "-m", "trueroom"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"trueroom {trueroom.__version__}\n")


def test_help_and_mistakes() -> None:
    assert "watch" in run("--help").stdout
    assert "TRUEROOM_PIN" in run("watch", "--help").stdout
    assert run().returncode == 2
    assert run("nonsense").returncode == 2


def test_no_terminal() -> None:
    done = run("watch", "127.0.0.1", "--port", "1")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("ConnectError: ")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
@pytest.mark.parametrize("simulator_options", [{"pin": "471147", "tls": True}])
def test_watch(simulator: SyncSimulator) -> None:
    address: dict[str, Any] = simulator.address
    where = ["--port", str(address["port"]), address["host"]]
    process = subprocess.Popen(
        [*COMMAND, "watch", "--tls", "--ca-file", address["ca_file"], *where, "custom"],
        env={**os.environ, "TRUEROOM_PIN": "471147"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    simulator.wait_connections(1, authorized=True, timeout=60)
    seen = threading.Event()

    def emit() -> None:
        # Again and again: from outside nobody can tell when it listens.
        while not seen.wait(0.01):
            simulator.emit("other")
            simulator.emit("custom", newPin="471147", list=[{"token": "471147"}], text="ä")

    thread = threading.Thread(target=emit)
    thread.start()
    line = process.stdout.readline()
    seen.set()
    thread.join()
    assert json.loads(line) == {
        "method": "event",
        "event": "custom",
        "newPin": "[redacted]",
        "list": [{"token": "[redacted]"}],
        "text": "ä",
    }
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "471147" not in out
