"""picows and orjson: the fastest client that is written by hand in Python.

picows writes each frame to the socket at once and has no way to gather several; a message is
parsed where it lies in picows' buffer. A silent connection is asked for a sign of life as trueroom
does it.
"""

from __future__ import annotations

import asyncio
from typing import Any

import picows
from correlation import Correlation, start_session
from harness import main
from picows import WSFrame, WSMsgType, WSTransport


class Peer(Correlation, picows.WSListener):
    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        self.send = transport.send

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is WSMsgType.TEXT:
            self.on_message(frame.get_payload_as_memoryview())
        elif frame.msg_type is WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code())
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.on_lost()

    def command(self, method: str, **params: Any) -> asyncio.Future[Any]:
        message, future = self.request(method, params)
        self.send(WSMsgType.TEXT, message)
        return future

    async def close(self) -> None:
        self.transport.disconnect()
        await self.transport.wait_disconnected()


async def connect(port: int) -> Peer:
    _, peer = await picows.ws_connect(
        Peer,
        f"ws://127.0.0.1:{port}",
        enable_auto_ping=True,
        auto_ping_idle_timeout=10,
        max_frame_size=1 << 24,
    )
    assert isinstance(peer, Peer)
    await start_session(peer.command)
    return peer


if __name__ == "__main__":
    main(connect)
