"""The doctor against the simulator; `doctor.test.mjs` and `doctor.rs` do the same elsewhere."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

import pytest
import trueroom
import trueroom.sync
from conftest import soon
from trueroom.simulator import Simulator, SyncSimulator

PIN = "471147"


def findings(data: Any, entry: str) -> list[tuple[str, str | None, list[str]]]:
    return [
        (finding["what"], finding.get("field"), finding.get("found", []))
        for finding in data["findings"]
        if finding["entry"] == entry
    ]


async def test_unknown_things_are_found_among_known_ones(async_simulator: Simulator) -> None:
    answer = {"method": "getLogin", "result": True, "isLoggedIn": True, "nickname": "Alice"}
    await async_simulator.perform("answerWith", method="getLogin", answer=answer, times=0)
    examining = asyncio.create_task(trueroom.doctor(**async_simulator.address, watch=600))
    await async_simulator.perform("waitFor", received="prepareCallIdForCall", count=1)
    await async_simulator.emit("lampChanged", colour="Alice's")
    await async_simulator.perform("evict", role="admin")
    report = await soon(examining)
    assert report.data["ended"] == "Superseded"
    assert report.data["simulator"] is True
    assert findings(report.data, "getLogin") == [("unknownField", "nickname", ["string"])]
    assert findings(report.data, "lampChanged") == [
        ("unknownEvent", None, []),
        ("unknownField", "colour", ["string"]),
    ]
    assert "  event lampChanged: not known (1)\n" in report.text
    assert "Alice" not in report.text + json.dumps(report.data)
    assert repr(report).startswith("<DoctorReport product=5.0.0.1 findings=")


@pytest.mark.parametrize(
    ("simulator_options", "form"),
    [
        ({"requestId": "never"}, ("requestId", "missing")),
        ({"resultCode": False}, ("auth resultCode", "missing")),
        ({"setUsedApiVersion": "refuse"}, ("setUsedApiVersion", "refused")),
    ],
)
def test_forms_are_told(simulator: SyncSimulator, form: tuple[str, str]) -> None:
    data = trueroom.sync.doctor(**simulator.address, watch=0).data
    assert form[1] in data["variants"][form[0]]


async def test_it_can_be_given_up(async_simulator: Simulator) -> None:
    examining = asyncio.create_task(trueroom.doctor(**async_simulator.address, watch=600))
    await async_simulator.perform("waitFor", received="getLogin", count=1)
    examining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await soon(examining)
    await async_simulator.wait_connections(0)


async def test_mistakes_are_named(async_simulator: Simulator) -> None:
    with pytest.raises(trueroom.UsageError, match="watch"):
        await trueroom.doctor(**async_simulator.address, watch=-1)
    with pytest.raises(trueroom.ConnectError):
        await trueroom.doctor("127.0.0.1", 1)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trueroom", "doctor", *arguments],
        env={**os.environ, "TRUEROOM_PIN": PIN},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("simulator_options", [{"pin": PIN}])
def test_the_command_prints_text_or_json(simulator: SyncSimulator) -> None:
    where = ["127.0.0.1", "--port", str(simulator.address["port"]), "--watch", "0"]
    shown = run(*where)
    assert (shown.returncode, shown.stderr.startswith("The doctor only asks")) == (0, True)
    assert shown.stdout.startswith(f"trueroom doctor {trueroom.__version__}\nProduct: 5.0.0.1")
    data = json.loads(run(*where, "--json").stdout)
    assert (data["version"], data["apiVersion"]) == (1, 2)
    assert PIN not in shown.stdout + shown.stderr + json.dumps(data)


def test_the_command_says_why_it_cannot_connect() -> None:
    done = run("127.0.0.1", "--port", "1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "\nConnectError: " in done.stderr
