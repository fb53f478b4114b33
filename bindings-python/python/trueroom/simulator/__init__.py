"""A virtual terminal to test against.

    async with Simulator(pin="1234") as terminal:
        async with trueroom.connect(**terminal.address, pin="1234") as room:
            await terminal.offer_file("report.pdf", b"...")
            await terminal.peer("bob@example.test").call()

It runs inside of this process, on ports that the system chooses, and speaks what a real terminal
speaks. A test plays the other side with its methods, or with `perform`, which knows every operation
of ``docs/simulator.md``. `SyncSimulator` is the same without asyncio. For pytest there are the
fixtures ``simulator`` and ``async_simulator``. Not loaded by ``import trueroom``.
"""

from ._peer import Peer, SyncPeer
from ._simulator import Simulator
from ._sync_simulator import SyncSimulator

__all__ = ["Peer", "Simulator", "SyncPeer", "SyncSimulator"]
