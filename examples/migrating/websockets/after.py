"""Answers calls and tells its state in the chat, with trueroom: python after.py PORT"""

import asyncio
import os
import sys

import trueroom


async def main() -> None:
    port, pin = int(sys.argv[1]), os.environ["TRUEROOM_PIN"]
    async with trueroom.connect("127.0.0.1", port, pin=pin) as room:

        @room.on("inviteReceived")
        async def on_invite(_: trueroom.Record) -> None:
            await room.call.accept()

        print("ready", flush=True)
        async for message in room.events("incomingChatMessage"):
            if message.message == "bye":
                break
            state = (await room.app.get_state()).app_state
            await room.chat.send_message(message.peer_id, f"state {int(state)}")


asyncio.run(main())
