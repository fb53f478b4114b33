// A room's connection is served by libuv or by the core's own threads. The others are played on the
// first where there is one, and here on the second.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { CONNECT, frames, line, script, simulate, simulated, start, where } from "./helpers.mjs";

const PLAYED = ["scenarios", "calls", "events", "columns", "reconnect", "lifecycle", "workers"];

test("the core's own threads serve as well", { timeout: 800_000 }, async () => {
  const files = PLAYED.map((name) => `test/${name}.test.mjs`);
  const environment = { TRUEROOM_DRIVER: "tokio", NODE_TEST_CONTEXT: undefined };
  const { code, stdout, stderr } = await start(["--test", ...files], environment, 790_000).ended;
  assert.equal(code, 0, stdout + stderr);
});

test("commands given in one go arrive in order, and events meanwhile", async (t) => {
  const simulator = await simulate(t);
  const { code, stdout, stderr } = await script(
    `${CONNECT}
    const order = [];
    const all = Array.from({ length: 200 }, (_, i) =>
      room.command("getAppState").then(() => order.push(i)));
    await Promise.all(all);
    await room.close();
    console.log(order.every((n, i) => n === i));`,
    where(simulator),
  );
  assert.deepEqual([code, stdout, stderr], [0, "true\n", ""]);
});

test("the process may end at any moment", async (t) => {
  const simulator = await simulate(t);
  const answered = (then) => `room.command("getAppState").then(() => ${then});`;
  for (const moment of [
    `room.on("currentUserDisplayNameChanged", () => {}); ${answered("process.exit(7)")}`,
    `room.command("getAppState"); process.nextTick(() => process.exit(7));`,
    `room.events("probe").next(); setImmediate(() => process.exit(7));`,
    `room.close(); setImmediate(() => process.exit(7));`,
    `${answered('room.command("getAppState")')} ${answered("process.exit(7)")}`,
    `process.exit(7);`,
  ]) {
    const { code, signal, stderr } = await script(`${CONNECT} ${moment}`, where(simulator));
    assert.deepEqual([code, signal, stderr], [7, null, ""], moment);
    await simulator.perform({ op: "waitConnections", count: 0 });
  }
});

test("what comes in one go is served in one go", async (t) => {
  const { simulator, room } = await simulated(t);
  let left = 0;
  let served;
  room.on("tick", () => {
    left -= 1;
    if (left === 0) served();
  });
  const start = performance.now();
  // A turn reads 256 messages, and a few more are in no buffer of the system any more then.
  for (let count = 257; count < 275; count += 1) {
    left = count;
    const all = new Promise((resolve) => {
      served = resolve;
    });
    await simulator.perform({ op: "sendRaw", bytes: frames(Array(count).fill({ event: "tick" })) });
    await all;
  }
  // What is left over waits for up to a second each time.
  assert.ok(performance.now() - start < 6000);
});

test("a busy thread looks alive and misses no event", async (t) => {
  const simulator = await simulate(t);
  const text = `
    import { readSync } from "node:fs";
    import { connect } from "trueroom";
    const room = await connect("127.0.0.1", {
      port: Number(process.env.TEST_PORT), pingInterval: 20, pingTimeout: 60_000,
    });
    const stream = room.events("probe");
    await room.command("getAppState");
    console.log("busy");
    // Blocks the thread until the test lets it go on.
    readSync(0, Buffer.alloc(1));
    const { value } = await stream.next();
    console.log(value.n, room.state, room.counters.reconnects);
    await room.close();`;
  const process = start(["--input-type=module", "--eval", text], where(simulator));
  await line(process, "busy");
  await simulator.emit({ event: "probe", n: 5 });
  // A ping is sent when the pong to the one before has been read.
  const { count } = await simulator.perform({ op: "waitFor", received: "ping", count: 0 });
  await simulator.perform({ op: "waitFor", received: "ping", count: count + 3 });
  process.child.stdin.end("x");
  const { code, stdout, stderr } = await process.ended;
  assert.deepEqual([code, stdout, stderr], [0, "busy\n5 ready 0\n", ""]);
});

const PROC = "/proc/self/fd";

test("connections that are reset leave no descriptor behind", async (t) => {
  if (!existsSync(PROC)) {
    t.skip("descriptors are counted in /proc");
    return;
  }
  const simulator = await simulate(t);
  const rounds = 8;
  const text = `
    import { readdirSync, readSync } from "node:fs";
    ${CONNECT}
    await room.close();
    const count = () => readdirSync("${PROC}").length;
    const before = count();
    for (let n = 0; n < ${rounds}; n += 1) {
      const room = await connect("127.0.0.1", { port: Number(process.env.TEST_PORT) });
      const states = room.events("connection");
      console.log("busy " + n);
      // Blocks the thread: the last event and the end are there together when it goes on.
      readSync(0, Buffer.alloc(1));
      for await (const { state } of states) if (state === "reconnecting") break;
      await room.close();
    }
    // The core's threads close them. One that is left over stays, until the test gives up. Others
    // come and go: libuv opens one at the first output, and the first room's may be counted before.
    while (count() - before > ${rounds / 2}) await new Promise((resolve) => setImmediate(resolve));
    console.log("closed");`;
  const process = start(["--input-type=module", "--eval", text], where(simulator));
  for (let n = 0; n < rounds; n += 1) {
    await line(process, `busy ${n}`);
    await simulator.emit({ event: "probe", n });
    await simulator.perform({ op: "dropConnection", how: "reset" });
    process.child.stdin.write("\n");
  }
  const { code, stdout, stderr } = await process.ended;
  assert.deepEqual([code, stdout.split("\n").at(-2), stderr], [0, "closed", ""]);
});
