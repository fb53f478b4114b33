"""websockets and orjson. Pings are at their default, every 20 seconds."""

from __future__ import annotations

import asyncio
from typing import Any

import websockets
from correlation import Correlation, start_session
from harness import main


class Peer(Correlation):
    def __init__(self, socket: websockets.ClientConnection) -> None:
        super().__init__()
        self.socket = socket
        self.reader = asyncio.create_task(self.read())

    async def read(self) -> None:
        try:
            recv = self.socket.recv
            while True:
                self.on_message(await recv(decode=False))
        except websockets.ConnectionClosed:
            self.on_lost()

    async def command(self, method: str, **params: Any) -> Any:
        message, future = self.request(method, params)
        await self.socket.send(message, text=True)
        return await future

    async def close(self) -> None:
        await self.socket.close()
        await self.reader


async def connect(port: int) -> Peer:
    peer = Peer(
        await websockets.connect(f"ws://127.0.0.1:{port}", compression=None, max_size=1 << 24),
    )
    await start_session(peer.command)
    return peer


if __name__ == "__main__":
    main(connect)
