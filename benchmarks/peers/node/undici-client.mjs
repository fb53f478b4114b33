// undici's WebSocket, which is also the one built into newer Nodes, and JSON.parse. It has no pings.
import { WebSocket } from "undici";
import { main } from "../../node/harness/index.mjs";
import { Correlation } from "./correlation.mjs";

class Peer extends Correlation {
  constructor(socket) {
    super();
    this.socket = socket;
    this.send = (text) => socket.send(text);
    socket.addEventListener("message", (event) => this.onMessage(event.data));
    socket.addEventListener("close", () => this.onLost());
  }

  close() {
    return new Promise((resolve) => {
      this.socket.addEventListener("close", resolve, { once: true });
      this.socket.close();
    });
  }
}

await main(async (port) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error("not connected")), { once: true });
  });
  return new Peer(socket).startSession();
});
