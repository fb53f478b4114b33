"""Answers calls, tells its state in the chat, with python-trueconf-room: python before.py PORT"""

import os
import sys

import trueconf_room
from trueconf_room import consts

port, pin = int(sys.argv[1]), os.environ["TRUEROOM_PIN"]
room = trueconf_room.open_session(ip="127.0.0.1", port=port, pin=pin)


@room.handler({"event": "inviteReceived", "peerId": None})
def on_invite(response):
    room.methods.accept()


@room.handler(consts.EVENT[consts.EV_incomingChatMessage])
def on_message(response):
    if response["message"] == "bye":
        room.close_session()
    else:
        # Whatever the state was at the last event: a question would have no answer to wait for.
        room.methods.sendMessage(response["peerId"], f"state {room.getAppState()}")


print("ready", flush=True)
room.run()
