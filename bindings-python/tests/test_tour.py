"""``protocol/tour``: every command is answered, and every event provoked, where it makes sense.

Answers and events are held strictly against the catalogue, and read with their types.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

import catalogue
import pytest
import trueroom
from catalogue import COMMANDS, EVENTS, to_snake
from trueroom.simulator import Simulator, SyncSimulator

FOLDER = catalogue.ROOT / "tour"
TOURS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def filled(value: Any, known: dict[str, Any]) -> Any:
    """Texts such as ``$file.fileId`` stand for what an earlier step answered."""
    if isinstance(value, str) and value.startswith("$"):
        name, *path = value[1:].split(".")
        found = known[name]
        for key in path:
            found = found[int(key) if key.isdigit() else key]
        return found
    if isinstance(value, list):
        return [filled(item, known) for item in value]
    if isinstance(value, dict):
        return {name: filled(item, known) for name, item in value.items()}
    return value


def call(room: Any, step: dict[str, Any], known: dict[str, Any]) -> Any:
    """Starts the command of a step, by its typed method."""
    name = step["call"]
    params = filled(step.get("params", {}), known)
    method = getattr(getattr(room, COMMANDS[name]["area"]), to_snake(name))
    return method(**{to_snake(key): value for key, value in params.items()})


def check(kind: str, entry: dict[str, Any], record: Any) -> None:
    """Strictly as the catalogue has it; and what is there is read with its type."""
    catalogue.strict(kind, entry, record.to_dict())
    for field in entry[kind]:
        if field["name"] in record:
            value = getattr(record, to_snake(field["name"]))
            assert catalogue.fits(field["type"], value), (field["name"], value)


@pytest.mark.parametrize("name", TOURS)
async def test_tour(name: str) -> None:
    tour, known = TOURS[name], {}
    async with (
        Simulator(**tour.get("options", {})) as simulator,
        trueroom.connect(simulator.host, simulator.port) as room,
    ):
        for step in tour["steps"]:
            await room.wait_ready()
            async with contextlib.AsyncExitStack() as stack:
                expected = [
                    await stack.enter_async_context(room.expect(event, timeout=60))
                    for event in step.get("events", [])
                ]
                if "call" in step:
                    value = await call(room, step, known)
                    check("result", COMMANDS[step["call"]], value)
                else:
                    operation = filled(step["op"], known)
                    value = await simulator.perform(operation.pop("op"), operation)
            for event in expected:
                check("fields", EVENTS[event.event.event], event.event)
            if "as" in step:
                known[step["as"]] = value.to_dict()


@pytest.mark.parametrize("name", TOURS)
def test_tour_blocking(name: str) -> None:
    tour, known = TOURS[name], {}
    with (
        SyncSimulator(**tour.get("options", {})) as simulator,
        trueroom.sync.connect(simulator.host, simulator.port) as room,
    ):
        for step in tour["steps"]:
            room.wait_ready()
            with contextlib.ExitStack() as stack:
                for event in step.get("events", []):
                    stack.enter_context(room.expect(event, timeout=60))
                if "call" in step:
                    value = call(room, step, known)
                    check("result", COMMANDS[step["call"]], value)
                else:
                    operation = filled(step["op"], known)
                    value = simulator.perform(operation.pop("op"), operation)
            if "as" in step:
                known[step["as"]] = value.to_dict()


def test_tours_go_everywhere() -> None:
    steps = [step for tour in TOURS.values() for step in tour["steps"]]
    assert {step["call"] for step in steps if "call" in step} == set(COMMANDS)
    assert {event for step in steps for event in step.get("events", [])} == set(EVENTS)
