"""Drives a simulator with the vendor's own client, python-trueconf-room 1.0.0, unchanged.

Usage: python drive.py SIMULATOR_PROGRAM

Run it with the Python of an environment that has `python-trueconf-room==1.0.0` and nothing of this
project. It starts the simulator program itself, as a legacy terminal with a PIN, and talks to it in
two ways: with the vendor's client over the WebSocket, and with operations over standard input.
Exit status 0 and a last line "vendor: ok" mean that everything happened as expected.
"""

import json
import logging
import os
import queue
import subprocess
import sys
import tempfile

PIN = "4711"
PATIENCE = 60.0


class Simulator:
    """The simulator program: operations in, answers out."""

    def __init__(self, program):
        command = [program, "--stdin", "--pin", PIN, "--generation", "legacy"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.info = json.loads(self.process.stdout.readline())

    def perform(self, op, **fields):
        self.process.stdin.write(json.dumps({"op": op, **fields}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["ok"], answer["error"]
        return answer["value"]

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(PATIENCE) == 0


def main(program):
    simulator = Simulator(os.path.abspath(program))
    try:
        # The client opens a log file in the working folder as soon as it is imported.
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                drive(simulator)
                simulator.close()
            finally:
                # It logs from a thread that nobody joins; the file must be gone before the folder.
                log = logging.getLogger("videosdk")
                for handler in list(log.handlers):
                    log.removeHandler(handler)
                    handler.close()
                log.addHandler(logging.NullHandler())
                os.chdir(os.path.dirname(folder))
    finally:
        simulator.process.kill()
    print("vendor: ok")


def drive(simulator):
    import requests
    import trueconf_room
    from trueconf_room import consts

    port = simulator.info["port"]
    room = trueconf_room.open_session(ip="127.0.0.1", port=port, pin=PIN, debug=False)
    seen = queue.Queue()

    def expect(schema):
        """Arms a handler in the way the vendor does: by the shape of the whole message."""
        box = queue.Queue()
        room.add_handler(schema, box.put)
        return lambda: box.get(timeout=PATIENCE)

    # Connecting: config.json, WebSocket, auth, and the four questions asked after it.
    for method in ("auth", "getAppState", "getSettings", "getSystemInfo", "getMonitorsInfo"):
        simulator.perform("waitFor", received=method)
    login = expect(consts.METHOD_RESPONSE[consts.M_getLogin])
    room.methods.getLogin()
    assert login()["isLoggedIn"] is True
    assert room.isReady()
    assert room.isConnected()
    assert room.getAppState() == 3
    assert room.TrueConfID() == "room@example.test"
    # Answers must have every key of the vendor's own tables.
    for method, answer in (
        (consts.M_getSystemInfo, room.systemInfo),
        (consts.M_getSettings, room.settings),
        (consts.M_getMonitorsInfo, room.monitors_info),
    ):
        missing = consts.METHOD_RESPONSE[method].keys() - answer.keys()
        assert not missing, (method, missing)

    # An event handler, by decorator; state follows the event.
    @room.handler({"event": "appStateChanged", "appState": None})
    def on_state(response):
        seen.put(response["appState"])

    simulator.perform("call", **{"from": "alice@example.test"})
    assert seen.get(timeout=PATIENCE) == 4
    room.methods.accept()
    assert seen.get(timeout=PATIENCE) == 5
    assert room.getAppState() == 5
    room.methods.hangUp()
    assert seen.get(timeout=PATIENCE) == 3

    # Chat, both ways.
    sent = expect(consts.EVENT[consts.EV_chatMessageSent])
    room.methods.sendMessage("alice@example.test", "hello")
    assert sent()["message"] == "hello"
    received = expect({"event": "incomingChatMessage", "message": None})
    simulator.perform("say", message="hi", **{"from": "alice@example.test"})
    assert received()["message"] == "hi"

    tables(room, consts, expect)
    incoming(room, simulator, consts, expect)
    outgoing(room, simulator, consts, expect, requests)
    room.close_session()


# What the vendor's table asks for and a terminal leaves out: there is no picture, no licence with
# dates, no slide; and nobody is in a conference, nor in a file request, nor in a chat.
LEFT_OUT = {
    "getBackground",
    "getChatLastMessages",
    "getConferenceParticipants",
    "getFileInfo",
    "getLicenseType",
    "getSlideShowCache",
    "getSlideShowInfo",
}
PARAMETERS = {"peerId": "alice@example.test", "callId": "alice@example.test", "count": 3}


def tables(room, consts, expect):
    """Every question is answered with every key of the vendor's table.

    The client drops an answer that lacks one.
    """
    for method, schema in consts.METHOD_RESPONSE.items():
        if method.startswith("get") and method not in LEFT_OUT:
            answered = expect({"method": method, "result": None})
            room.command({"method": method, **PARAMETERS})
            answer = answered()
            assert answer["result"], answer
            missing = schema.keys() - answer.keys()
            assert not missing, (method, missing)


def incoming(room, simulator, consts, expect):
    """A legacy file from offer to end."""
    offered = expect(consts.EVENT[consts.EV_receivedFileRequest])
    accepted = expect(consts.EVENT[consts.EV_fileAccepted])
    progress = expect(consts.EVENT[consts.EV_fileDownloadingProgress])
    simulator.perform("offerFile", name="a.txt", text="0123456789")
    number = offered()["id"]
    room.methods.acceptFile(number)
    assert accepted()["id"] == number
    assert progress()["totalSize"] == 10
    simulator.perform("waitFile", id=str(number), status="processed")
    info = expect(consts.METHOD_RESPONSE[consts.M_getFileInfo])
    room.methods.getFileInfo(number)
    answer = info()
    assert (answer["status"], answer["processedSize"]) == (3, 10), answer

    rejected = expect(consts.EVENT[consts.EV_fileRejected])
    simulator.perform("offerFile", name="b.txt", text="x")
    room.methods.rejectFile(offered()["id"])
    assert rejected()["id"] == number + 1
    requests_list = expect(consts.METHOD_RESPONSE[consts.M_getFileRequests])
    room.methods.getFileRequests()
    assert [entry["id"] for entry in requests_list()["files"]] == [number]


def outgoing(room, simulator, consts, expect, requests):
    """An upload with the client's own token, then a legacy sendFile."""
    token = room.getTokenForHttpServer()
    answer = requests.post(
        f"http://127.0.0.1:{room.http_port}/files/",
        params={"token": token},
        files={"file": ("c.txt", b"content")},
        timeout=PATIENCE,
    )
    assert answer.status_code == 200, answer.text
    file_id = int(answer.headers["FileId"])
    sent = expect(consts.EVENT[consts.EV_fileSent])
    progress = expect(consts.EVENT[consts.EV_fileUploadingProgress])
    room.methods.sendFile(file_id, "bob@example.test")
    assert sent()["fileId"] == file_id
    assert progress()["fileName"] == "c.txt"
    frame = requests.get(room.getSelfViewURL(), timeout=PATIENCE)
    assert frame.status_code == 200
    assert frame.headers["Content-Type"] == "image/png"


if __name__ == "__main__":
    main(sys.argv[1])
