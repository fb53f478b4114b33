from __future__ import annotations

import pytest
import trueroom
import trueroom.sync
from conftest import soon
from trueroom import enums, types
from trueroom.areas.conference import GetConferencesAnswer
from trueroom.simulator import Simulator, SyncSimulator


async def test_a_snapshot_has_types(async_simulator: Simulator) -> None:
    async with trueroom.connect(**async_simulator.address, live=True) as room:
        await async_simulator.perform("waitFor", received="getConferences")
        await room.command("getServerDomain")
        live = room.live
        assert live.is_complete
        assert live.missing == []
        assert live.compared_ago is not None
        assert 0 <= live.compared_ago < 60
        assert live.app_state is enums.AppState.LOGGED_IN
        assert type(live.user) is types.UserRef
        assert live.user.peer_id == "room@example.test"
        assert type(live.server) is types.ServerInfo
        assert (live.mic_muted, live.conference, live.participants) == (False, None, [])

        ringing = room.wait_for("live", where=lambda e: "ringing" in e.changed)
        await async_simulator.perform("call", **{"from": "ann@example.test"})
        assert type(await soon(ringing)) is trueroom.LiveEvent
        call = room.live.ringing
        assert type(call) is trueroom.Ringing
        assert (call.direction, call.peer_id) == ("incoming", "ann@example.test")
        assert call.conf_type is enums.ConferenceType.VIDEO_CALL

        there = room.wait_for("live", where=lambda e: "participants" in e.changed)
        await room.flows.accept()
        await soon(there)
        assert type(room.live.conference) is GetConferencesAnswer
        assert {type(one) for one in room.live.participants} == {types.Participant}
        assert live.conference is None, "a snapshot stays what it was"


def test_it_is_there_without_asyncio(simulator: SyncSimulator) -> None:
    with trueroom.sync.connect(**simulator.address, live=True) as room:
        simulator.perform("waitFor", received="getConferences")
        room.command("getServerDomain")
        assert room.live.app_state is enums.AppState.LOGGED_IN


async def test_without_the_option_there_is_none(room: trueroom.Room) -> None:
    with pytest.raises(trueroom.UsageError, match="live=True"):
        _ = room.live
