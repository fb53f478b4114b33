"""Without asyncio: what a terminal is, and its file requests; saves those that wait.

    python sync_script.py [HOST] [FOLDER] [--port N]

The PIN, if one is needed, comes from TRUEROOM_PIN.
"""

import argparse
import os

import trueroom.sync

parser = argparse.ArgumentParser(description="Shows a terminal and saves waiting files.")
parser.add_argument("host", nargs="?", default=os.environ.get("TRUEROOM_HOST", "127.0.0.1"))
parser.add_argument("folder", nargs="?", default="inbox")
parser.add_argument("--port", type=int, default=os.environ.get("TRUEROOM_PORT"))
options = parser.parse_args()

pin = os.environ.get("TRUEROOM_PIN")
with trueroom.sync.connect(options.host, options.port, pin=pin) as room:
    state = room.command("getAppState")
    print(f"state {state.app_state}, API v.{room.api_version}, files {room.files.availability}")
    for request in room.files.requests:
        print(f"{request.direction} {request.file_name}: {request.status}, {request.size} bytes")
    for request in room.files.incoming:
        if request.status == "waiting":
            request.accept()
            print("saved", request.save(options.folder + os.sep))
