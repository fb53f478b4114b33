from __future__ import annotations

import asyncio
import pickle
from typing import Any

import pytest
import trueroom
import trueroom.sync
from conftest import soon
from trueroom import enums
from trueroom.areas.call import RejectReceivedEvent, StopCallingEvent
from trueroom.areas.conference import ConferenceCreatedEvent
from trueroom.areas.server import LoginEvent
from trueroom.simulator import Simulator, SyncSimulator

PEER = "ann@example.test"


async def accepted(simulator: Simulator, method: str) -> None:
    """The terminal takes the command, and does nothing with it."""
    await simulator.perform("answerWith", method=method, answer={"result": True}, times=0)


async def emit(simulator: Simulator, event: str, **fields: Any) -> None:
    await simulator.perform("emit", event={"event": event, **fields})


async def begun(simulator: Simulator, method: str, flow: Any) -> asyncio.Task[Any]:
    """Starts a flow; its command has reached the terminal when this returns."""
    task = asyncio.ensure_future(flow)
    await simulator.perform("waitFor", received=method)
    return task


async def test_a_flow_ends_with_the_event(async_simulator: Simulator, room: trueroom.Room) -> None:
    await accepted(async_simulator, "login")
    task = await begun(async_simulator, "login", room.flows.sign_in("bot", "secret"))
    await emit(async_simulator, "login", result=0, peerId="bot@example.test")
    event = await soon(task)
    assert type(event) is LoginEvent
    assert event.result is enums.LoginResult.SUCCESS
    assert event.peer_id == "bot@example.test"


async def test_an_event_that_tells_of_failure_is_an_error(
    async_simulator: Simulator, room: trueroom.Room
) -> None:
    await accepted(async_simulator, "call")
    task = await begun(async_simulator, "call", room.flows.call(PEER))
    await emit(async_simulator, "rejectReceived", peerId=PEER, cause=2)
    with pytest.raises(trueroom.FlowError, match=r"rejectReceived came with busy \(2\)") as caught:
        await soon(task)
    error = caught.value
    assert error.cause is enums.RejectCause.BUSY
    assert error.method == "call"
    assert type(error.event) is RejectReceivedEvent
    again = pickle.loads(pickle.dumps(error))
    assert (again.cause, again.event) == (error.cause, error.event)


async def test_one_of_several_events(async_simulator: Simulator, room: trueroom.Room) -> None:
    await accepted(async_simulator, "hangUp")
    task = await begun(async_simulator, "hangUp", room.flows.hang_up())
    await emit(async_simulator, "stopCalling", side=0)
    assert type(await soon(task)) is StopCallingEvent


async def test_refused_late_and_cancelled(async_simulator: Simulator, room: trueroom.Room) -> None:
    await async_simulator.perform("refuse", method="call", error="no", code=4)
    with pytest.raises(trueroom.CommandError) as refused:
        await room.flows.call(PEER)
    assert refused.value.code == 4
    await accepted(async_simulator, "call")
    with pytest.raises(trueroom.CommandTimeout, match="its outcome did not come") as late:
        await room.flows.call(PEER, timeout=3)
    assert (late.value.accepted, late.value.outcome_unknown) == (True, True)
    assert late.value.timeout == 3
    task = asyncio.ensure_future(room.flows.call(PEER))
    await async_simulator.perform("waitFor", received="call", count=3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await emit(async_simulator, "rejectReceived", peerId=PEER, cause=2)
    assert room.counters.pending == 0


async def test_parameters_are_checked_before_anything_is_sent(room: trueroom.Room) -> None:
    flows: Any = room.flows
    with pytest.raises(TypeError, match="peer_id must be a str"):
        await flows.call(7)
    with pytest.raises(TypeError, match="did you mean peer_id"):
        await flows.call(peerId=PEER)
    with pytest.raises(trueroom.UsageError, match="timeout"):
        await flows.call(PEER, timeout=-1)


async def test_a_flow_against_what_the_terminal_really_does(room: trueroom.Room) -> None:
    created = await soon(
        room.flows.create_conference("Stand-up", enums.ConferenceKind.ALL_ON_SCREEN, True)
    )
    assert type(created) is ConferenceCreatedEvent
    ended = await soon(room.run_flow("leaveConference", for_all=False))
    assert ended.conf_id == created.conf_id


def test_flows_block_without_asyncio(
    simulator: SyncSimulator, sync_room: trueroom.sync.Room
) -> None:
    created = sync_room.flows.create_conference(
        "Stand-up", enums.ConferenceKind.ALL_ON_SCREEN, True
    )
    assert sync_room.run_flow("hangUp").conf_id == created.conf_id
    with pytest.raises(trueroom.UsageError, match="no flow makeTea"):
        sync_room.run_flow("makeTea")
    simulator.perform("refuse", method="call")
    with pytest.raises(trueroom.CommandError):
        sync_room.flows.call(PEER)
    assert sync_room.flows.call.__doc__.startswith("Call a user, and wait")
