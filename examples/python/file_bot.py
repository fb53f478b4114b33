"""Accepts the files that are offered to a room, by size and type, and saves them.

    python file_bot.py [HOST] [--port N] [--pin PIN] [--inbox FOLDER] [--max-bytes N]
                       [--refuse .exe,.bat]

Host, port, PIN and inbox may come from TRUEROOM_HOST, TRUEROOM_PORT, TRUEROOM_PIN and
TRUEROOM_INBOX. Prints one line for each file and ends on Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import json
import os

import trueroom


def arguments() -> argparse.Namespace:
    env = os.environ
    parser = argparse.ArgumentParser(description="Saves the files offered to a room.")
    parser.add_argument("host", nargs="?", default=env.get("TRUEROOM_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=env.get("TRUEROOM_PORT"))
    parser.add_argument("--pin", default=env.get("TRUEROOM_PIN"))
    parser.add_argument("--inbox", default=env.get("TRUEROOM_INBOX", "inbox"))
    parser.add_argument("--max-bytes", type=int, default=50_000_000)
    parser.add_argument("--refuse", default=".exe,.bat,.cmd")
    return parser.parse_args()


async def handle(request: trueroom.FileRequest, options: argparse.Namespace) -> None:
    name = json.dumps(request.file_name, ensure_ascii=False)
    refused = tuple(ending.strip().lower() for ending in options.refuse.split(","))
    try:
        too_big = not request.size_known or request.size > options.max_bytes
        if too_big or request.file_name.lower().endswith(refused):
            await request.reject()
            print(f"rejected {name}", flush=True)
        else:
            await request.accept()
            # The separator at the end makes it a folder, also when there is none yet.
            path = await request.save(options.inbox + os.sep)
            print(f"saved {name} as {path}", flush=True)
    except trueroom.TrueroomError as error:
        print(f"failed {name}: {error}", flush=True)


async def main() -> None:
    options = arguments()
    tasks: set[asyncio.Task[None]] = set()
    async with trueroom.connect(options.host, options.port, pin=options.pin) as room:

        @room.files.on_request
        def offered(request: trueroom.FileRequest) -> None:
            # A task of its own: a big file must not hold up the next.
            task = asyncio.create_task(handle(request, options))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        print("ready", flush=True)
        await room.wait_closed()


with contextlib.suppress(KeyboardInterrupt):
    asyncio.run(main())
