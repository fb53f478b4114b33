"""Watches many terminals: says which go up and down, and how all are doing.

    python fleet_watch.py [--pin PIN] [--every SECONDS] KEY=HOST[:PORT] ...

    python fleet_watch.py --pin 1234 lobby=192.168.1.20 hall=192.168.1.21

The PIN may come from TRUEROOM_PIN. A terminal that is off is waited for. Ends on Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import os

import trueroom


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Watches many terminals.")
    parser.add_argument("rooms", nargs="+", metavar="KEY=HOST[:PORT]")
    parser.add_argument("--port", type=int, help="port of those that name none")
    parser.add_argument("--pin", default=os.environ.get("TRUEROOM_PIN"))
    parser.add_argument("--every", type=float, default=60.0, help="seconds between two summaries")
    return parser.parse_args()


async def summarize(fleet: trueroom.Fleet, every: float) -> None:
    while True:
        late = await fleet.wait_ready(every)
        states = ", ".join(f"{count} {state}" for state, count in fleet.health().states.items())
        print(f"all: {states}", flush=True)
        for room in late.values():
            print(f"{room.key}: {room.state} since {room.since:%H:%M}: {room.last_error}")
        await asyncio.sleep(every)


async def main() -> None:
    options = arguments()
    async with trueroom.Fleet(pin=options.pin, port=options.port) as fleet:

        @fleet.on("connection")
        def changed(room: trueroom.Room, event: trueroom.ConnectionEvent) -> None:
            print(f"{room.key}: {event.state} ({event.reason})", flush=True)

        @fleet.files.on_request
        def offered(room: trueroom.Room, request: trueroom.FileRequest) -> None:
            print(f"{room.key}: {request.peer_id} offers {request.file_name}", flush=True)

        for room in options.rooms:
            key, _, where = room.partition("=")
            host, _, port = where.partition(":")
            if port:
                fleet.add(key, host, port=int(port))
            else:
                fleet.add(key, host)
        await summarize(fleet, options.every)


with contextlib.suppress(KeyboardInterrupt):
    asyncio.run(main())
