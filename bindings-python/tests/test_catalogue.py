"""Every command is called and every event is received, both faces, against the simulator."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from typing import Any

import catalogue
import pytest
import trueroom
from catalogue import COMMANDS, EVENTS, to_snake
from conftest import soon
from trueroom import enums
from trueroom.simulator import Simulator

GENERATIONS = ["current", "legacy"]


def commands(generation: str) -> list[str]:
    """The commands that a terminal of this generation knows; those of all with the current one."""
    return [
        name for name, entry in COMMANDS.items() if entry.get("generation", "current") == generation
    ]


def arguments(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        to_snake(param["name"]): catalogue.sample(param["type"], param["name"])
        for param in entry["params"]
    }


def method(room: Any, name: str) -> Any:
    return getattr(getattr(room, COMMANDS[name]["area"]), to_snake(name))


@pytest.mark.parametrize("generation", GENERATIONS)
async def test_every_command_sends_its_parameters(generation: str) -> None:
    """What they ask may not be possible; `test_tour` is about answers."""
    todo, refused = commands(generation), {}
    while todo:
        name = ""
        async with (
            Simulator(generation=generation) as simulator,
            trueroom.connect(simulator.host, simulator.port) as room,
        ):
            while todo and room.state == "ready" and name != "auth":
                name = todo.pop(0)
                try:
                    await method(room, name)(**arguments(COMMANDS[name]), timeout=60)
                except trueroom.CommandError as error:
                    refused[name] = str(error.text)
                except trueroom.ConnectionLost:
                    # The terminal went away as it was told, before it could answer.
                    assert COMMANDS[name]["kind"] == "action", name
    assert not [name for name, text in refused.items() if "parameter" in text], refused


async def test_every_field_of_every_event() -> None:
    async with (
        Simulator() as simulator,
        trueroom.connect(simulator.host, simulator.port) as room,
    ):
        for name, entry in EVENTS.items():
            fields = {f["name"]: catalogue.sample(f["type"], f["name"]) for f in entry["fields"]}
            for spelling in [name, *entry.get("aliases", [])]:
                async with room.expect(spelling, timeout=60) as expected:
                    await simulator.perform("emit", {"event": {"event": spelling, **fields}})
                event = expected.event
                pascal = "".join(word.capitalize() for word in to_snake(name).split("_"))
                assert type(event).__name__ == f"{pascal}Event"
                for field in entry["fields"]:
                    value = getattr(event, to_snake(field["name"]))
                    assert catalogue.fits(field["type"], value), (name, field["name"], value)
            # One of them asks for a new authorization.
            await room.wait_ready()


async def test_wrong_parameters_are_not_sent() -> None:
    async with (
        Simulator() as simulator,
        trueroom.connect(simulator.host, simulator.port) as room,
    ):
        sent = room.counters.sent
        chat: Any = room.chat
        with pytest.raises(TypeError, match=r"peerId.*did you mean peer_id"):
            await chat.send_message(peerId="a@b", message="hi")
        with pytest.raises(TypeError, match="'message'"):
            await chat.send_message("a@b")
        with pytest.raises(TypeError, match="message must be a str, not int"):
            await chat.send_message("a@b", 5)
        with pytest.raises(TypeError, match="peer_id must be a str, not None"):
            await chat.send_message(None, "hi")
        files: Any = room.files
        with pytest.raises(TypeError, match="has no parameter"):
            await files.get_file_list(page=1)
        with pytest.raises(AttributeError, match="no_such"):
            await files.no_such()
        assert room.counters.sent == sent


async def test_short_names_are_the_same_commands() -> None:
    async with (
        Simulator() as simulator,
        trueroom.connect(simulator.host, simulator.port) as room,
    ):
        state = await room.app.get_state()
        assert state == {**await room.app.get_app_state(), "requestId": state["requestId"]}
        assert state.app_state is enums.AppState.LOGGED_IN


async def test_values_of_another_form_are_given_as_they_came() -> None:
    async with (
        Simulator() as simulator,
        trueroom.connect(simulator.host, simulator.port) as room,
    ):
        strange = {"appState": 77, "desktopSharing": "no", "broadcastPicture": {"running": 1}}
        answer = {"method": "getAppState", "result": True, **strange}
        await simulator.perform("answerWith", {"method": "getAppState", "answer": answer})
        state: Any = await room.app.get_app_state()
        assert state.app_state == 77
        assert not state.app_state.is_known
        assert state.desktop_sharing == "no"
        assert state.broadcast_picture.running == 1
        assert state.embedded_http_port is None


async def test_a_command_of_another_generation_is_warned_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "trueroom")
    loop = asyncio.get_running_loop()
    last = asyncio.Event()

    class Listener(logging.Handler):
        """Records come in order, but from a thread of their own."""

        def emit(self, record: logging.LogRecord) -> None:
            if "rejectIncomingFileRequest" in record.getMessage():
                loop.call_soon_threadsafe(last.set)

    listener = Listener()
    logging.getLogger("trueroom").addHandler(listener)
    async with (
        Simulator(generation="legacy") as simulator,
        trueroom.connect(simulator.host, simulator.port) as room,
    ):
        for _ in range(2):
            with pytest.raises(trueroom.CommandError):
                await room.files.accept_incoming_file_request("x")
        with pytest.raises(trueroom.CommandError):
            await room.files.reject_incoming_file_request("x")
        await soon(last.wait())
    logging.getLogger("trueroom").removeHandler(listener)
    warnings = [r.message for r in caplog.records if "acceptIncoming" in r.message]
    assert len(warnings) == 1
    assert "may not know it" in warnings[0]


def test_areas_are_not_loaded_before_they_are_used() -> None:
    program = "import sys, trueroom; print([m for m in sys.modules if 'trueroom.areas' in m])"
    output = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE)
    assert output.stdout.strip() == b"[]"


def test_no_field_hides_a_method_of_records() -> None:
    entries = [*EVENTS.values(), *catalogue.TYPES.values()]
    names = {to_snake(field["name"]) for entry in entries for field in entry["fields"]}
    names |= {to_snake(f["name"]) for entry in COMMANDS.values() for f in entry["result"]}
    assert not names & set(dir(trueroom.Record))
