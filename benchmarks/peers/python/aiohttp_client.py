"""aiohttp and orjson. A ping goes out every 10 seconds (`heartbeat`)."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from aiohttp import WSMsgType
from correlation import Correlation, start_session
from harness import main


class Peer(Correlation):
    def __init__(
        self,
        session: aiohttp.ClientSession,
        socket: aiohttp.ClientWebSocketResponse,
    ) -> None:
        super().__init__()
        self.session = session
        self.socket = socket
        self.reader = asyncio.create_task(self.read())

    async def read(self) -> None:
        async for message in self.socket:
            if message.type is WSMsgType.TEXT:
                self.on_message(message.data)
        self.on_lost()

    async def command(self, method: str, **params: Any) -> Any:
        message, future = self.request(method, params)
        await self.socket.send_frame(message, WSMsgType.TEXT)
        return await future

    async def close(self) -> None:
        await self.socket.close()
        await self.session.close()


async def connect(port: int) -> Peer:
    session = aiohttp.ClientSession()
    url = f"ws://127.0.0.1:{port}"
    peer = Peer(session, await session.ws_connect(url, heartbeat=10, max_msg_size=1 << 24))
    await start_session(peer.command)
    return peer


if __name__ == "__main__":
    main(connect)
