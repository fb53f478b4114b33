"""Answers calls and tells its state in the chat, on websockets by hand: python before.py PORT"""

import asyncio
import itertools
import json
import os
import sys
import urllib.request

from websockets.asyncio.client import connect


def websocket_port(port):
    address = f"http://127.0.0.1:{port}/public/default/config.json"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)["config"]["websocket"]["port"]


async def main(port, pin):
    async with connect(f"ws://127.0.0.1:{port}") as socket:
        ids = itertools.count(1)
        waiting = {}
        tasks = set()
        over = asyncio.Event()

        async def command(method, **params):
            request_id = str(next(ids))
            waiting[request_id] = asyncio.get_running_loop().create_future()
            await socket.send(json.dumps({"method": method, "requestId": request_id, **params}))
            answer = await asyncio.wait_for(waiting[request_id], 15)
            if answer["result"] is not True:
                raise RuntimeError(f"{method}: {answer.get('error')}")
            return answer

        async def on_event(event):
            if event["event"] == "inviteReceived":
                await command("accept")
            elif event["event"] == "incomingChatMessage":
                if event["message"] == "bye":
                    over.set()
                    return
                state = (await command("getAppState"))["appState"]
                await command("sendMessage", peerId=event["peerId"], message=f"state {state}")

        async def read():
            async for text in socket:
                message = json.loads(text)
                if message["method"] != "event":
                    waiting.pop(message["requestId"]).set_result(message)
                else:
                    # A task each: an event that waits for an answer must not stop the reading.
                    task = asyncio.create_task(on_event(message))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)

        reading = asyncio.create_task(read())
        await command("auth", type="secured", credentials=pin)
        print("ready", flush=True)
        await over.wait()
        reading.cancel()


asyncio.run(main(websocket_port(int(sys.argv[1])), os.environ["TRUEROOM_PIN"]))
