// A fleet of many rooms against as many simulators, measured; prints one JSON object.
//
//   node --expose-gc fleet-client.mjs SIMULATOR ROOMS

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { Fleet } from "trueroom";

const PATIENCE = 120_000;
/** How long the terminals are without power. */
const OFF = 5000;
const IDLE = 3000;

const [program, count] = process.argv.slice(2);
const rooms = Number(count);
const result = { rooms };

// Below the ports that the system gives to clients: while a terminal is off, one of its own clients
// would get the port that it comes back on.
const ports = ["--port", "20000", "--websocket-port", "22000", "--http-port", "24000"];
const child = spawn(program, ["--stdin", "--count", count, ...ports], {
  stdio: ["pipe", "pipe", "inherit"],
});
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
const line = async () => JSON.parse((await lines.next()).value);

async function perform(op, fields = {}) {
  child.stdin.write(`${JSON.stringify({ op, ...fields })}\n`);
  const answer = await line();
  assert.ok(answer.ok, answer.error);
}

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const kilobytes = () => {
  globalThis.gc();
  return process.memoryUsage.rss() / 1024;
};
const threads = () => readdirSync("/proc/self/task").length;
const descriptors = () => readdirSync("/proc/self/fd").length;
const since = (start) => (performance.now() - start) / 1000;

const asked = new Set();
let news = () => {};

function offered(room, request) {
  const name = `${room.key} ${request.id}`;
  assert.ok(!asked.has(name), "a request came twice");
  asked.add(name);
  news();
}

async function connect(fleet, infos) {
  const before = [kilobytes(), descriptors(), cpu()];
  const start = performance.now();
  infos.forEach(({ host, port }, number) => {
    fleet.add(`room-${String(number).padStart(4, "0")}`, host, { port });
  });
  const late = await fleet.waitReady({ timeout: PATIENCE });
  assert.equal(late.size, 0);
  result.connected_s = since(start);
  result.connect_cpu_ms = (cpu() - before[2]) / rooms;
  result.kb_per_room = (kilobytes() - before[0]) / rooms;
  result.descriptors_per_room = (descriptors() - before[1]) / rooms;
  result.threads = threads();
}

async function use(fleet) {
  const before = cpu();
  await pause(IDLE);
  result.idle_cpu_percent = ((cpu() - before) / IDLE) * 100;
  let start = performance.now();
  (await fleet.command("getAppState")).check();
  result.command_ms = since(start) * 1000;
  start = performance.now();
  const health = fleet.health();
  result.health_ms = since(start) * 1000;
  assert.equal(health.ready, rooms);
}

/** All terminals go at once and come back; meanwhile each is offered a file. */
async function cut(fleet, off, name) {
  const want = asked.size + rooms;
  await perform("stopListening");
  await perform("dropConnection", { how: "reset" });
  await perform("waitConnections", { count: 0 });
  await perform("offerFile", { text: "hello" });
  await pause(off);
  await perform("restart");
  const start = performance.now();
  while (asked.size < want) {
    await new Promise((resolve) => {
      news = resolve;
    });
  }
  assert.equal((await fleet.waitReady({ timeout: PATIENCE })).size, 0);
  result[`${name}_s`] = since(start);
  result.threads = Math.max(threads(), result.threads);
}

try {
  const infos = await line();
  const fleet = new Fleet();
  fleet.files.onRequest(offered);
  await connect(fleet, infos);
  await use(fleet);
  await cut(fleet, 0, "restart");
  await cut(fleet, OFF, "power_cut");
  result.lost = 2 * rooms - asked.size;
  const start = performance.now();
  await fleet.close();
  result.close_s = since(start);
} finally {
  child.kill();
}
console.log(JSON.stringify(result));
