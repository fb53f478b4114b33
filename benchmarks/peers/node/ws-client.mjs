// ws and JSON.parse: the usual client that is written by hand in Node.
//
// ws writes each frame to its socket at once and has no way of its own to gather several. A ping goes
// out every 10 seconds.
import WebSocket from "ws";
import { main } from "../../node/harness/index.mjs";
import { Correlation } from "./correlation.mjs";

class Peer extends Correlation {
  constructor(socket) {
    super();
    this.socket = socket;
    this.send = (text) => socket.send(text);
    const timer = setInterval(() => socket.ping(), 10_000);
    socket.on("message", (data) => this.onMessage(data));
    socket.on("close", () => {
      clearInterval(timer);
      this.onLost();
    });
  }

  close() {
    return new Promise((resolve) => {
      this.socket.once("close", resolve);
      this.socket.close();
    });
  }
}

await main(async (port) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return new Peer(socket).startSession();
});
