// Shows what a room is doing: a line in the terminal, and a page for a tablet beside the door.
//
//   node room-panel.mjs [HOST] [--port N] [--pin PIN] [--listen PORT]
//
// The page is at http://localhost:PORT/ (default 8090; 0 takes a free one) and renews itself by
// server-sent events. Host, port and PIN may come from TRUEROOM_HOST, TRUEROOM_PORT and TRUEROOM_PIN.
// Ends on Ctrl-C.

import { once } from "node:events";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { connect } from "trueroom";

const { env } = process;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: env.TRUEROOM_PORT },
    pin: { type: "string", default: env.TRUEROOM_PIN },
    listen: { type: "string", default: "8090" },
  },
});

/** One line that says it all, from the live mirror. */
function describe({ user, server, ringing, conference, participants, micMuted, cameraMuted }) {
  const muted = [micMuted && "microphone off", cameraMuted && "camera off"].filter(Boolean);
  const parts = [user?.peerDn ?? user?.peerId ?? (server ? "not logged in" : "no server")];
  if (ringing !== null) {
    parts.push(`${ringing.direction} call: ${ringing.peerDn ?? ringing.peerId}`);
  }
  if (conference !== null) {
    parts.push(`in a meeting of ${participants.length}`);
  }
  return [...parts, ...muted].join(", ");
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>Room</title>
<h1 id="state"></h1>
<script>
new EventSource("/changes").onmessage = ({ data }) => {
  document.getElementById("state").textContent = JSON.parse(data);
};
</script>`;

const room = await connect(positionals[0] ?? env.TRUEROOM_HOST, {
  port: values.port === undefined ? undefined : Number(values.port),
  pin: values.pin,
  live: true,
});
const watchers = new Set();
let shown = "";

function show() {
  const text = room.state === "ready" ? describe(room.live) : room.state;
  if (text !== shown) {
    shown = text;
    console.log(text);
    for (const watcher of watchers) {
      watcher.write(`data: ${JSON.stringify(text)}\n\n`);
    }
  }
}

const server = createServer((request, response) => {
  if (request.url !== "/changes") {
    response.writeHead(200, { "Content-Type": "text/html" }).end(PAGE);
    return;
  }
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(`data: ${JSON.stringify(shown)}\n\n`);
  watchers.add(response);
  request.on("close", () => watchers.delete(response));
});
server.listen(Number(values.listen), "localhost");
await once(server, "listening");
console.log(`panel at http://localhost:${server.address().port}/`);

room.on("live", show);
room.on("connection", show);
show();
process.once("SIGINT", () => room.close());
try {
  await room.closed;
} finally {
  server.close();
  server.closeAllConnections();
}
