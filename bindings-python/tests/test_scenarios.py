"""Plays the conformance scenarios, the same in every language; ten at once, since most wait."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from scenarios.player import Player
from trueroom.simulator import Simulator

FOLDER = Path(__file__).resolve().parents[2] / "protocol" / "scenarios"
NAMES = sorted(path.name for path in FOLDER.glob("*.json"))

pytestmark = pytest.mark.skipif(not NAMES, reason="the scenarios are not in the sdist")


async def play(name: str, folder: Path) -> None:
    scenario: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    folder.mkdir()
    # In milliseconds, as they stand there.
    simulator = Simulator()
    simulator._options = json.dumps(scenario.get("simulator", {}))
    async with simulator:
        player = Player(simulator, folder)
        try:
            await player.play(scenario["steps"])
        finally:
            await player.end()
    left = [path for path in folder.rglob("*") if path.suffix == ".part"]
    assert not left, f"half-written files are left: {left}"


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([{"connect": {}, "expect": {"state": "closed"}}], "step 0.*expected .closed., got .ready"),
        ([{"connect": {}}, {"call": "x", "expect": {}}], "step 1.*CommandError"),
        ([{"connect": {}}, {"call": "getAppState", "error": {}}], "step 1.*expected the error"),
        ([{"connect": {}, "error": {"kind": "AuthError"}}], "expected the error"),
        ([{"connect": {"host": "127.0.0.1"}, "expect": {"x": {"$any": True}}}], "x is missing"),
    ],
)
async def test_what_is_wrong_fails(
    steps: list[dict[str, Any]], problem: str, tmp_path: Path
) -> None:
    async with Simulator() as simulator:
        player = Player(simulator, tmp_path)
        with pytest.raises(AssertionError, match=f"(?s){problem}"):
            await player.play(steps)
        await player.end()


@pytest.mark.parametrize("driver", ["loop", "tokio"])
@pytest.mark.parametrize("group", range((len(NAMES) + 9) // 10))
async def test_scenarios(
    group: int, driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Looked at when the first room of a loop is opened; each test has a loop of its own.
    monkeypatch.setenv("TRUEROOM_DRIVER", driver)
    wanted = os.environ.get("SCENARIO", "")
    names = [name for name in NAMES[group * 10 : group * 10 + 10] if wanted in name]
    runs = await asyncio.gather(
        *(play(name, tmp_path / name) for name in names), return_exceptions=True
    )
    failures = [f"{name}: {run}" for name, run in zip(names, runs, strict=True) if run]
    assert not failures, "\n\n".join(failures)
