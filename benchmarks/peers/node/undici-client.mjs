// undici's WebSocket, which is also the one built into newer Nodes, and JSON.parse. It has no pings.
import { createWriteStream, openAsBlob } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FormData, fetch, request, WebSocket } from "undici";
import { main } from "../../node/harness/index.mjs";
import { Correlation } from "./correlation.mjs";

const TOKEN = "4*bench";

class Peer extends Correlation {
  constructor(port, socket) {
    super();
    this.origin = `http://127.0.0.1:${port}`;
    this.socket = socket;
    this.send = (text) => socket.send(text);
    socket.addEventListener("message", (event) => this.onMessage(event.data));
    socket.addEventListener("close", () => this.onLost());
  }

  async download(size, folder) {
    const path = join(folder, "file.bin");
    const { body } = await request(`${this.origin}/files/?fileId=${size}&token=${TOKEN}`);
    await pipeline(body, createWriteStream(path));
    return path;
  }

  async upload(path) {
    const form = new FormData();
    form.set("file", await openAsBlob(path), "zeros.bin");
    const url = `${this.origin}/files/?token=${TOKEN}`;
    const response = await fetch(url, { method: "POST", body: form });
    await response.arrayBuffer();
    return response.headers.get("FileId");
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
  return new Peer(port, socket).startSession();
});
