// Watches many terminals: says which go up and down, and how all are doing.
//
//   node fleet-watch.mjs [--pin PIN] [--every SECONDS] KEY=HOST[:PORT] ...
//
//   node fleet-watch.mjs --pin 1234 lobby=192.168.1.20 hall=192.168.1.21
//
// The PIN may come from TRUEROOM_PIN. A terminal that is off is waited for. Ends on Ctrl-C.

import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Fleet } from "trueroom";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string" }, // of those that name none
    pin: { type: "string", default: process.env.TRUEROOM_PIN },
    every: { type: "string", default: "60" }, // seconds between two summaries
  },
});
const toPort = (text) => (text === undefined ? undefined : Number(text));
const every = Number(values.every) * 1000;

const fleet = new Fleet({ pin: values.pin, port: toPort(values.port) });
fleet.on("connection", (room, { state, reason }) => {
  console.log(`${room.key}: ${state} (${reason})`);
});
fleet.files.onRequest((room, request) => {
  console.log(`${room.key}: ${request.peerId} offers ${request.fileName}`);
});
for (const room of positionals) {
  const [key, where = ""] = room.split("=", 2);
  const [host, port] = where.split(":", 2);
  fleet.add(key, host, port === undefined ? {} : { port: toPort(port) });
}

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
const { signal } = stop;
try {
  for (;;) {
    const late = await fleet.waitReady({ timeout: every, signal });
    const states = Object.entries(fleet.health().states);
    console.log(`all: ${states.map(([state, count]) => `${count} ${state}`).join(", ")}`);
    for (const { key, state, since, lastError } of late.values()) {
      console.log(`${key}: ${state} since ${since.toLocaleTimeString()}: ${lastError?.message}`);
    }
    await pause(every, undefined, { signal });
  }
} catch (error) {
  if (!signal.aborted) {
    throw error;
  }
}
await fleet.close();
