"""A chat bot: people write commands to the room, the room does them and answers.

    python chat_bot.py [HOST] [--port N] [--pin PIN] [--trust USER ...]

With --trust only these users may command it; others get no answer. Host, port and PIN may come from
TRUEROOM_HOST, TRUEROOM_PORT and TRUEROOM_PIN. Ends on Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import inspect
import os
from collections.abc import Awaitable, Callable

import trueroom
from trueroom.areas.chat import IncomingChatMessageEvent

Action = Callable[[trueroom.Room, str], Awaitable[str]]
actions: dict[str, Action] = {}


def action(run: Action) -> Action:
    """Makes a function a command of the bot; its first line of documentation is the help."""
    actions[run.__name__] = run
    return run


@action
async def help(room: trueroom.Room, rest: str) -> str:  # noqa: A001
    """what I can do"""
    return "\n".join(f"{name}: {inspect.getdoc(run)}" for name, run in actions.items())


@action
async def state(room: trueroom.Room, rest: str) -> str:
    """what the room is doing"""
    state = (await room.app.get_state()).app_state
    return getattr(state, "name", str(state)).lower().replace("_", " ")


@action
async def files(room: trueroom.Room, rest: str) -> str:
    """which files wait for an answer"""
    waiting = [request for request in room.files.incoming if request.status == "waiting"]
    return "\n".join(f"{r.file_name} from {r.peer_name}" for r in waiting) or "none"


@action
async def call(room: trueroom.Room, rest: str) -> str:
    """call USER: lets the room call somebody"""
    await room.call.call(rest)
    return f"calling {rest}"


@action
async def hangup(room: trueroom.Room, rest: str) -> str:
    """ends the call"""
    await room.call.hang_up()
    return "done"


async def answer(room: trueroom.Room, message: str) -> str:
    name, _, rest = message.strip().partition(" ")
    run = actions.get(name.lower().lstrip("/"))
    if run is None:
        return f'I do not know "{name}"; write "help"'
    try:
        return await run(room, rest.strip())
    except trueroom.TrueroomError as error:
        return f"that did not work: {error}"


def arguments() -> argparse.Namespace:
    env = os.environ
    parser = argparse.ArgumentParser(description="Lets people command a room by chat.")
    parser.add_argument("host", nargs="?", default=env.get("TRUEROOM_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=env.get("TRUEROOM_PORT"))
    parser.add_argument("--pin", default=env.get("TRUEROOM_PIN"))
    parser.add_argument("--trust", nargs="+", metavar="USER")
    return parser.parse_args()


async def main() -> None:
    options = arguments()
    async with trueroom.connect(options.host, options.port, pin=options.pin) as room:

        @room.on("incomingChatMessage")
        async def on_message(event: IncomingChatMessageEvent) -> None:
            if options.trust and event.peer_id not in options.trust:
                return
            await room.chat.send_message(event.peer_id, await answer(room, event.message))

        print("ready", flush=True)
        await room.wait_closed()


with contextlib.suppress(KeyboardInterrupt):
    asyncio.run(main())
