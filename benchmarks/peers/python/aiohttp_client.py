"""aiohttp and orjson. A ping goes out every 10 seconds (`heartbeat`)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import WSMsgType
from correlation import Correlation, start_session
from harness import main

TOKEN = "4*bench"


class Peer(Correlation):
    def __init__(
        self,
        port: int,
        session: aiohttp.ClientSession,
        socket: aiohttp.ClientWebSocketResponse,
    ) -> None:
        super().__init__()
        self.session = session
        self.port = port
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

    async def download(self, size: int, folder: Path) -> Path:
        path = folder / "file.bin"
        url = f"http://127.0.0.1:{self.port}/files/?fileId={size}&token={TOKEN}"
        async with self.session.get(url, raise_for_status=True) as response:
            with path.open("wb") as file:
                async for chunk in response.content.iter_any():
                    file.write(chunk)
        return path

    async def upload(self, path: Path) -> str:
        url = f"http://127.0.0.1:{self.port}/files/?token={TOKEN}"
        with path.open("rb") as file:
            form = aiohttp.FormData()
            form.add_field("file", file, filename=path.name)
            async with self.session.post(url, data=form, raise_for_status=True) as response:
                return response.headers["FileId"]

    async def close(self) -> None:
        await self.socket.close()
        await self.session.close()


async def connect(port: int) -> Peer:
    session = aiohttp.ClientSession()
    url = f"ws://127.0.0.1:{port}"
    socket = await session.ws_connect(url, heartbeat=10, max_msg_size=1 << 24)
    peer = Peer(port, session, socket)
    await start_session(peer.command)
    return peer


if __name__ == "__main__":
    main(connect)
