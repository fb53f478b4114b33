"""What must not pass: each line is an error, or its `type: ignore` would be one."""

from __future__ import annotations

import trueroom
import trueroom.sync
from trueroom.areas.server import LoginEvent


async def mistakes(room: trueroom.Room, blocking: trueroom.sync.Room) -> None:
    trueroom.connect(5)  # type: ignore[arg-type]
    await trueroom.doctor("room", takeover=True)  # type: ignore[call-arg]
    trueroom.connect("room", role="king")  # type: ignore[arg-type]
    trueroom.connect("room", hots="x")  # type: ignore[call-arg]
    room.command(5)  # type: ignore[arg-type, unused-coroutine]
    room.on("x", lambda: None)  # type: ignore[arg-type, misc]
    room.state = "ready"  # type: ignore[misc]
    await room.files.send("x")  # type: ignore[call-arg]
    print(room.files.requests[0].nonsense)  # type: ignore[attr-defined]
    await blocking.command("x")  # type: ignore[attr-defined]
    for _ in room.events():  # type: ignore[attr-defined]
        pass
    await room.chat.send_message(peerId="x", message="y")  # type: ignore[call-arg]
    await room.chat.send_message("x")  # type: ignore[call-arg]
    await room.chat.send_message("x", 5)  # type: ignore[arg-type]
    await room.chat.send_massage("x", "y")  # type: ignore[attr-defined]
    await room.flows.call()  # type: ignore[call-arg]
    await room.flows.call("x", peer="y")  # type: ignore[call-arg]
    print((await room.flows.sign_out()).nonsense)  # type: ignore[attr-defined]
    print(room.live.nonsense)  # type: ignore[attr-defined]
    print((await room.app.get_app_state()).nonsense)  # type: ignore[attr-defined]
    print((await room.wait_for("inviteReceived")).nonsense)  # type: ignore[attr-defined]
    print(blocking.app.get_app_state().nonsense)  # type: ignore[attr-defined]
    room.on("inviteReceived", listen_to_another)  # type: ignore[arg-type]


def listen_to_another(event: LoginEvent) -> None:
    print(event.result)
