import assert from "node:assert/strict";
import { test } from "node:test";
import { CONNECT, line, script, simulate, start, where } from "./helpers.mjs";

test("the process ends by itself after close", async (t) => {
  const simulator = await simulate(t);
  const { code, stdout, stderr } = await script(
    `${CONNECT}
    room.on("*", () => {});
    room.files.onRequest(() => {});
    const stream = room.events("probe");
    const step = stream.next();
    const waiting = room.waitFor("probe").catch((error) => error.name);
    const closed = room.closed.then(() => "closed");
    // Answered or not, it settles.
    const call = room.command("getAppState").then(() => "settled", () => "settled");
    await room.close();
    console.log(await Promise.all([waiting, closed, step.then((s) => s.done), call]));`,
    where(simulator),
  );
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout, "[ 'RoomClosed', 'closed', true, 'settled' ]\n");
});

test("an open room keeps the process alive until it is closed", async (t) => {
  const simulator = await simulate(t);
  const text = `${CONNECT}
    room.once("goodbye", () => room.close());
    process.stdin.on("data", () => {}).unref();
    process.once("beforeExit", () => console.log("idle"));
    console.log("open");`;
  const process = start(["--input-type=module", "--eval", text], where(simulator));
  await line(process, "open");
  // The script is at its end; only the room keeps the process. It still answers events.
  await simulator.perform({ op: "waitConnections", count: 1, authorized: true });
  assert.equal(process.child.exitCode, null);
  await simulator.emit({ event: "goodbye" });
  const { code, stdout, stderr } = await process.ended;
  assert.deepEqual([code, stdout, stderr], [0, "open\nidle\n", ""]);
});

test("unref lets the process end; ref keeps it again", async (t) => {
  const simulator = await simulate(t);
  const unref = await script(`${CONNECT} room.unref(); console.log("end");`, where(simulator));
  assert.deepEqual([unref.code, unref.stdout], [0, "end\n"]);
  const text = `${CONNECT}
    room.unref().unref().ref().ref();
    room.once("goodbye", () => room.unref());
    console.log("open");`;
  const process = start(["--input-type=module", "--eval", text], where(simulator));
  await line(process, "open");
  await simulator.emit({ event: "goodbye" });
  assert.equal((await process.ended).code, 0);
});

test("with unref a command in flight is waited for", async (t) => {
  const simulator = await simulate(t);
  const { code, stdout } = await script(
    `${CONNECT}
    room.unref();
    console.log((await room.command("getAppState")).method);`,
    where(simulator),
  );
  assert.deepEqual([code, stdout], [0, "getAppState\n"]);
});

test("a room that ends by an error lets the process end, without an unhandled rejection", async (t) => {
  const simulator = await simulate(t);
  const text = `
    import { connect } from "trueroom";
    const options = { port: Number(process.env.TEST_PORT), reconnect: false };
    const room = await connect("127.0.0.1", options);
    room.on("probe", () => {});
    console.log("open");`;
  const process = start(["--input-type=module", "--eval", text], where(simulator));
  await line(process, "open");
  await simulator.dropConnection();
  const { code, stderr } = await process.ended;
  assert.deepEqual([code, stderr], [0, ""]);
});

test("a connect that fails lets the process end", async (t) => {
  const simulator = await simulate(t);
  const environment = where(simulator);
  await simulator.close();
  const { code, stdout, stderr } = await script(
    `import { connect } from "trueroom";
    const options = { port: Number(process.env.TEST_PORT), connectTimeout: 2000 };
    await connect("127.0.0.1", options).catch((error) => console.log(error.name));`,
    environment,
  );
  assert.deepEqual([code, stdout, stderr], [0, "ConnectError\n", ""]);
});

test("importing the package keeps nothing alive and starts no threads", async () => {
  const { code, stdout } = await script(
    `import { existsSync, readdirSync, readFileSync } from "node:fs";
    import { version } from "trueroom";
    import "trueroom/simulator";
    const tasks = existsSync("/proc/self/task") ? readdirSync("/proc/self/task") : [];
    const names = tasks.map((task) => readFileSync("/proc/self/task/" + task + "/comm", "utf8"));
    console.log(typeof version, names.filter((name) => name.startsWith("trueroom")).length);`,
  );
  assert.deepEqual([code, stdout], [0, "string 0\n"]);
});

const ENDINGS = {
  "process.exit with a room open": "process.exit(0);",
  "process.exit with commands in flight": `
    for (let i = 0; i < 20; i += 1) room.command("getSystemInfo").catch(() => {});
    process.exit(0);`,
  "process.exit in a handler": `
    room.on("*", () => process.exit(0));
    room.close();`,
  "an exception with a room open": `
    process.once("uncaughtException", () => process.exit(0));
    setImmediate(() => { throw new Error("end"); });`,
  "unref with streams and commands open": `
    room.unref();
    room.events().next();
    room.files.onRequest(() => {});
    room.command("getSystemInfo");`,
};

test("scripts that end early never crash", { timeout: 600_000 }, async (t) => {
  const simulator = await simulate(t);
  for (let round = 0; round < 10; round += 1) {
    for (const [name, ending] of Object.entries(ENDINGS)) {
      const { code, signal, stderr } = await script(CONNECT + ending, where(simulator));
      assert.deepEqual([name, code, signal, stderr], [name, 0, null, ""]);
    }
  }
});
