"""Sends a file to a user and shows how far it is.

    pip install tqdm
    python send_with_progress.py FILE USER [HOST] [--port N]

The PIN, if one is needed, comes from TRUEROOM_PIN. Ends with 0 when the receiver has the file.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

import trueroom
from tqdm import tqdm


async def main() -> int:
    parser = argparse.ArgumentParser(description="Sends a file through a room.")
    parser.add_argument("file", type=Path)
    parser.add_argument("user", help="TrueConf ID of the receiver")
    parser.add_argument("host", nargs="?", default=os.environ.get("TRUEROOM_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=os.environ.get("TRUEROOM_PORT"))
    options = parser.parse_args()

    pin = os.environ.get("TRUEROOM_PIN")
    async with trueroom.connect(options.host, options.port, pin=pin) as room:
        size = options.file.stat().st_size
        with tqdm(total=size, unit="B", unit_scale=True, desc="upload") as bar:
            request = await room.files.send(
                options.file,
                to=options.user,
                on_progress=lambda done, _total: bar.update(done - bar.n),
            )
        # The terminal has the file now; it passes it on by itself.
        with tqdm(total=100, unit="%", desc="delivery") as bar:
            async for percent in request.progress():
                bar.update(percent - bar.n)
        print(f"{request.file_name}: {request.status}")
        return 0 if request.status == "processed" else 1


sys.exit(asyncio.run(main()))
