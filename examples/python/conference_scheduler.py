"""Holds conferences at the times of a plan.

    python conference_scheduler.py PLAN [HOST] [--port N] [--pin PIN] [--late MINUTES]

PLAN is a JSON file: a list of {"at": "2026-12-01T09:00:00+01:00", "title": "Stand-up",
"invite": ["alice@server"], "minutes": 15}. A conference whose time passed less than --late minutes
ago (default 5) is begun at once, an older one is left out. Times without a zone are local times.
Host, port and PIN may come from TRUEROOM_HOST, TRUEROOM_PORT and TRUEROOM_PIN.
"""

import argparse
import asyncio
import contextlib
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import trueroom
from trueroom.enums import ConferenceKind


@dataclass
class Meeting:
    at: datetime
    title: str
    invite: list[str]
    minutes: float


def read_plan(path: Path) -> list[Meeting]:
    """The plan, in order of time."""
    meetings = [
        Meeting(
            datetime.fromisoformat(entry["at"]).astimezone(),
            entry["title"],
            entry.get("invite", []),
            entry.get("minutes", 60),
        )
        for entry in json.loads(path.read_text(encoding="utf-8"))
    ]
    return sorted(meetings, key=lambda meeting: meeting.at)


async def hold(room: trueroom.Room, meeting: Meeting) -> None:
    """Holds one conference, from its creation to its end."""
    try:
        # Listens before it begins, since it may be ended at once.
        async with room.expect("conferenceDeleted", timeout=meeting.minutes * 60):
            # Waits for the conference itself, not only for the terminal's "accepted".
            await room.flows.create_conference(
                meeting.title,
                ConferenceKind.ALL_ON_SCREEN,
                auto_accept=True,
                invite_list=meeting.invite,
            )
            print(f"began {meeting.title}", flush=True)
    except trueroom.WaitTimeout:
        await room.flows.leave_conference(for_all=True)
    except trueroom.TrueroomError as error:
        print(f"failed {meeting.title}: {error}", flush=True)
        return
    print(f"ended {meeting.title}", flush=True)


async def main(options: argparse.Namespace, plan: list[Meeting]) -> None:
    async with trueroom.connect(options.host, options.port, pin=options.pin) as room:
        for meeting in plan:
            wait = meeting.at - datetime.now(timezone.utc)
            if wait < -timedelta(minutes=options.late):
                print(f"missed {meeting.title}", flush=True)
                continue
            await asyncio.sleep(wait.total_seconds())
            await room.wait_ready()
            await hold(room, meeting)


def arguments() -> argparse.Namespace:
    env = os.environ
    parser = argparse.ArgumentParser(description="Holds conferences at the times of a plan.")
    parser.add_argument("plan", type=Path)
    parser.add_argument("host", nargs="?", default=env.get("TRUEROOM_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=env.get("TRUEROOM_PORT"))
    parser.add_argument("--pin", default=env.get("TRUEROOM_PIN"))
    parser.add_argument("--late", type=float, default=5, metavar="MINUTES")
    return parser.parse_args()


options = arguments()
with contextlib.suppress(KeyboardInterrupt):
    asyncio.run(main(options, read_plan(options.plan)))
