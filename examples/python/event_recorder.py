"""Writes every event of a room to a file of JSON lines, through reconnects.

    python event_recorder.py [HOST] FILE [--port N] [--pin PIN] [--only EVENT ...] [--count N]

Each line is {"at": "2026-12-01T09:00:00.123+00:00", "event": {...}}: when it came, and the event as
the terminal sent it. Gaps are in the file too: `connection` events say how long nobody listened,
`lagged` events how many were lost. Host, port and PIN may come from TRUEROOM_HOST, TRUEROOM_PORT
and TRUEROOM_PIN. Ends on Ctrl-C, or after --count events.
"""

import argparse
import asyncio
import contextlib
import json
import os
from datetime import datetime, timezone
from typing import TextIO

import trueroom


def arguments() -> argparse.Namespace:
    env = os.environ
    parser = argparse.ArgumentParser(description="Records the events of a room.")
    parser.add_argument("host", nargs="?", default=env.get("TRUEROOM_HOST", "127.0.0.1"))
    parser.add_argument("file")
    parser.add_argument("--port", type=int, default=env.get("TRUEROOM_PORT"))
    parser.add_argument("--pin", default=env.get("TRUEROOM_PIN"))
    parser.add_argument("--only", nargs="+", default=["*"], metavar="EVENT")
    parser.add_argument("--count", type=int)
    return parser.parse_args()


async def main(options: argparse.Namespace, file: TextIO) -> None:
    async with trueroom.connect(options.host, options.port, pin=options.pin) as room:
        events = room.events(*options.only)
        print(f"recording to {options.file}", flush=True)
        recorded = 0
        async for event in events:
            at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
            line = json.dumps({"at": at, "event": event.to_dict()}, ensure_ascii=False)
            # Flushed line by line: what was recorded survives whatever happens next.
            print(line, file=file, flush=True)
            recorded += 1
            if recorded == options.count:
                break


options = arguments()
with contextlib.suppress(KeyboardInterrupt), open(options.file, "a", encoding="utf-8") as file:
    asyncio.run(main(options, file))
