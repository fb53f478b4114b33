// Runs in a worker thread: opens a room and tells what it hears, until it is told to close.

import { parentPort, workerData } from "node:worker_threads";
import { connect } from "trueroom";

const room = await connect("127.0.0.1", workerData);
room.on("probe", ({ n }) => parentPort.postMessage(n));
parentPort.once("message", () => room.close());
for (let i = 0; i < 20; i += 1) {
  room.command("getSystemInfo").catch(() => {});
}
const answer = await room.command("getAppState");
parentPort.postMessage(answer.method);
