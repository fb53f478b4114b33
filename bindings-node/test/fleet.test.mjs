// Fleets. `simulator/tests/fleet.rs` and `test_fleet.py` play the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AuthError,
  CommandError,
  CommandTimeout,
  ConnectError,
  Fleet,
  FleetError,
  UsageError,
} from "trueroom";
import { simulate } from "./helpers.mjs";

const PATIENCE = 60_000;
const key = (number) => `room-${String(number).padStart(3, "0")}`;

/** A fleet whose rooms are ready, and their terminals. */
async function building(t, rooms) {
  const simulators = [];
  const fleet = new Fleet();
  t.after(() => fleet.close());
  for (let number = 0; number < rooms; number += 1) {
    const simulator = await simulate(t, { seed: number });
    fleet.add(key(number), simulator.host, { port: simulator.port });
    simulators.push(simulator);
  }
  assert.equal((await fleet.waitReady({ timeout: PATIENCE })).size, 0);
  return { fleet, simulators };
}

/** A queue for what handlers get. */
function inbox() {
  const items = [];
  let wake = () => {};
  return {
    items,
    put(item) {
      items.push(item);
      wake();
    },
    async next() {
      while (items.length === 0) {
        await new Promise((resolve) => {
          wake = resolve;
        });
      }
      return items.shift();
    },
  };
}

test("rooms by key", async (t) => {
  const { fleet } = await building(t, 2);
  assert.deepEqual([...fleet.keys()], [key(0), key(1)]);
  assert.equal(fleet.size, 2);
  assert.ok(fleet.has(key(1)));
  const room = fleet.get(key(0));
  assert.deepEqual([room.key, room.state, room.health().state], [key(0), "ready", "ready"]);
  assert.equal((await room.command("getAppState")).result, true);
  assert.equal(fleet.get("nowhere"), undefined);
  assert.deepEqual(
    [...fleet].map(([name]) => name),
    [key(0), key(1)],
  );
});

test("events of all rooms come in order with their keys", async (t) => {
  const { fleet, simulators } = await building(t, 3);
  const events = fleet.events("tick");
  const handled = [];
  fleet.on("tick", (room, { number }) => handled.push([room.key, number]));
  for (let number = 0; number < 30; number += 1) {
    await simulators[number % 3].emit({ event: "tick", number });
  }
  const seen = new Map();
  for (let count = 0; count < 30; count += 1) {
    const [from, { number }] = (await events.next()).value;
    seen.set(from, [...(seen.get(from) ?? []), number]);
  }
  for (let room = 0; room < 3; room += 1) {
    const expected = Array.from({ length: 10 }, (_, n) => n * 3 + room);
    assert.deepEqual(seen.get(key(room)), expected);
    const own = handled.filter(([from]) => from === key(room)).map(([, number]) => number);
    assert.deepEqual(own, expected);
  }
});

test("a flood of one room does not starve the others", async (t) => {
  const { fleet, simulators } = await building(t, 2);
  const events = fleet.events("tick", { queueSize: 500 });
  for (let number = 0; number < 2000; number += 1) {
    await simulators[0].emit({ event: "tick", number });
  }
  await simulators[1].emit({ event: "tick", number: 0 });
  await fleet.command("getAppState");
  assert.equal(fleet.health().queueDepth, 501);
  const [from, lagged] = (await events.next()).value;
  assert.deepEqual([from, lagged.event, lagged.dropped], [key(0), "lagged", 1500]);
  let before = 0;
  while ((await events.next()).value[0] === key(0)) {
    before += 1;
  }
  assert.ok(before < 64, String(before));
});

test("a slow handler holds up its room only", async (t) => {
  const { fleet, simulators } = await building(t, 2);
  const done = inbox();
  let open = () => {};
  const gate = new Promise((resolve) => {
    open = resolve;
  });
  const handler = async (room) => {
    if (room.key === key(0)) {
      await gate;
    }
    done.put(room.key);
  };
  fleet.on("tick", handler);
  await simulators[0].emit({ event: "tick" });
  await simulators[1].emit({ event: "tick" });
  assert.equal(await done.next(), key(1));
  open();
  assert.equal(await done.next(), key(0));
  fleet.off("tick", handler);
  await simulators[1].emit({ event: "tick" });
  await fleet.command("getAppState");
  assert.deepEqual(done.items, []);
});

test("rooms come and go in streams that are open", async (t) => {
  const { fleet, simulators } = await building(t, 1);
  const late = await simulate(t);
  const events = fleet.events("tick", "connection");
  const handled = [];
  fleet.on("connection", (room, event) => handled.push([room.key, event.state]));
  const room = fleet.add("late", late.host, { port: late.port });
  const [from, event] = (await events.next()).value;
  assert.deepEqual([from, event.event, event.state], ["late", "connection", "ready"]);
  await late.emit({ event: "tick" });
  assert.equal((await events.next()).value[0], "late");
  await late.emit({ event: "tick" });
  await room.command("getAppState");
  assert.equal(await fleet.remove("late"), true);
  assert.equal(await fleet.remove("late"), false);
  assert.equal(room.state, "closed");
  assert.equal(fleet.has("late"), false);
  await simulators[0].emit({ event: "tick" });
  assert.equal((await events.next()).value[0], key(0));
  assert.deepEqual(handled, [["late", "ready"]]);
  await fleet.close();
  assert.equal((await events.next()).done, true);
});

test("a terminal that is off is tried until it is there", async (t) => {
  const terminal = await simulate(t);
  await terminal.perform({ op: "stopListening" });
  const before = Date.now() - 1000;
  const fleet = new Fleet({ port: terminal.port });
  t.after(() => fleet.close());
  const events = fleet.events("connection");
  fleet.add("lobby");
  const [, event] = (await events.next()).value;
  assert.equal(event.state, "connecting");
  assert.ok(event.retryIn >= 0);
  const late = await fleet.waitReady({ timeout: 1 });
  const health = late.get("lobby");
  assert.deepEqual([health.key, health.state], ["lobby", "connecting"]);
  assert.ok(before <= health.since.getTime() && health.since.getTime() <= Date.now());
  assert.ok(health.lastError instanceof ConnectError);
  assert.ok(health.lastError.tried.length > 0);
  await terminal.perform({ op: "startListening" });
  assert.equal((await fleet.waitReady({ timeout: PATIENCE })).size, 0);
  const summary = fleet.health();
  assert.deepEqual([summary.states, summary.ready, summary.reconnects], [{ ready: 1 }, 1, 0]);
  assert.ok(summary.rooms.get("lobby").since > health.since);
});

test("a wrong PIN ends its room only", async (t) => {
  const { fleet } = await building(t, 1);
  const locked = await simulate(t, { pin: "1234" });
  fleet.add("locked", locked.host, { port: locked.port, pin: "9" });
  const late = await fleet.waitReady();
  assert.deepEqual([...late.keys()], ["locked"]);
  const { state, lastError } = late.get("locked");
  assert.equal(state, "closed");
  assert.ok(lastError instanceof AuthError);
  assert.deepEqual(fleet.health().states, { ready: 1, closed: 1 });
  assert.ok((await fleet.get("locked").closed.catch((error) => error)) instanceof AuthError);
});

test("a command goes to all rooms and no failure hides an answer", async (t) => {
  const { fleet, simulators } = await building(t, 5);
  await simulators[2].perform({ op: "refuse", method: "getSystemInfo", code: 3 });
  const results = await fleet.command("getSystemInfo");
  assert.deepEqual(
    [...results.keys()],
    [0, 1, 2, 3, 4].map((number) => key(number)),
  );
  assert.equal(results.answers.size, 4);
  assert.equal(results.answers.get(key(0)).result, true);
  const error = results.errors.get(key(2));
  assert.ok(error instanceof CommandError);
  assert.equal(error.resultCode, 3);
  assert.throws(
    () => results.check(),
    (thrown) =>
      thrown instanceof FleetError &&
      thrown.errors.get(key(2)) === error &&
      thrown.message.startsWith("failed in 1 of 5 rooms: room-002: getSystemInfo"),
  );
  const some = await fleet.command("getAppState", {}, { rooms: [key(4), key(1)] });
  assert.deepEqual([...some.keys()], [key(1), key(4)]);
  some.check();
  await assert.rejects(fleet.command("getAppState", {}, { rooms: ["nowhere"] }), /nowhere/);
});

test("a limit holds and a timeout is each room's own", async (t) => {
  const { fleet, simulators } = await building(t, 4);
  const method = "getAppState";
  const hour = 3_600_000;
  for (const simulator of simulators) {
    await simulator.perform({ op: "delayAnswer", method, ms: hour });
  }
  const asking = fleet.command(method, {}, { limit: 2, timeout: PATIENCE });
  for (const two of [simulators.slice(0, 2), simulators.slice(2)]) {
    for (const simulator of two) {
      await simulator.perform({ op: "waitFor", received: method });
    }
    assert.equal(fleet.health().pending, 2);
    for (const simulator of two) {
      await simulator.perform({ op: "advance", ms: 2 * hour });
    }
  }
  assert.equal((await asking).answers.size, 4);

  for (const simulator of simulators) {
    await simulator.perform({ op: "dropNextAnswer", method });
  }
  const { errors } = await fleet.command(method, {}, { timeout: 100 });
  assert.equal(errors.size, 4);
  assert.ok([...errors.values()].every((error) => error instanceof CommandTimeout));
});

test("a command that is cancelled stops", async (t) => {
  const { fleet, simulators } = await building(t, 2);
  await simulators[0].perform({ op: "dropNextAnswer", method: "getAppState" });
  const controller = new AbortController();
  const asking = fleet.command("getAppState", {}, { signal: controller.signal });
  await simulators[0].perform({ op: "waitFor", received: "getAppState" });
  controller.abort(new Error("enough"));
  await assert.rejects(asking, /enough/);
  while (fleet.health().pending > 0) {
    await fleet.get(key(0)).command("getSystemInfo");
  }
});

test("file requests of all rooms come with their rooms", async (t) => {
  const { fleet, simulators } = await building(t, 2);
  await simulators[1].offerFile({ name: "early.txt", text: "x" });
  await fleet.command("getAppState");
  const asked = inbox();
  const listener = fleet.files.onRequest(async (room, request) => {
    await request.accept();
    asked.put([room.key, request.fileName]);
  });
  assert.deepEqual(await asked.next(), [key(1), "early.txt"]);
  const { id } = await simulators[0].offerFile({ name: "b.txt", text: "x" });
  assert.deepEqual(await asked.next(), [key(0), "b.txt"]);
  await simulators[0].perform({ op: "waitFile", id, status: "processed" });
  const late = await simulate(t);
  await late.offerFile({ name: "late.txt", text: "x" });
  fleet.add("late", late.host, { port: late.port });
  assert.deepEqual(await asked.next(), ["late", "late.txt"]);
  listener.close();
  await simulators[0].offerFile({ name: "c.txt", text: "x" });
  await fleet.command("getAppState", {}, { rooms: [key(0), key(1)] });
  assert.deepEqual(asked.items, []);
});

test("what a handler throws is told by its room", async (t) => {
  const { fleet, simulators } = await building(t, 2);
  const problem = new TypeError("no such field");
  const errors = fleet.events("error");
  fleet.on("tick", () => {
    throw problem;
  });
  await simulators[1].emit({ event: "tick" });
  const [from, { error, message }] = (await errors.next()).value;
  assert.deepEqual([from, error], [key(1), problem]);
  assert.match(message, /handler of tick failed: TypeError: no such field/);
});

test("mistakes are named", async (t) => {
  const { fleet } = await building(t, 1);
  for (const [part, call] of [
    [/already/, () => fleet.add(key(0))],
    [/empty/, () => fleet.add("")],
    [/must be a string/, () => fleet.add(5)],
    [/pim/, () => fleet.add("x", "127.0.0.1", { pim: "1" })],
    [/must be a function/, () => fleet.on("tick", 5)],
    [/queueSize/, () => fleet.events({ queueSize: 0 })],
    [/connectRate/, () => new Fleet({ connectRate: 0 })],
    [/concurrency/, () => new Fleet({ concurrency: 0 })],
    [/pin/, () => new Fleet({ pin: 1 })],
  ]) {
    assert.throws(call, (error) => error instanceof UsageError && part.test(error.message));
  }
  for (const [part, options] of [
    [/limit/, { limit: 0 }],
    [/rooms/, { rooms: "room-000" }],
    [/timeout/, { timeout: -1 }],
  ]) {
    await assert.rejects(fleet.command("getAppState", {}, options), part);
  }
  await fleet.close();
  await fleet.close();
  assert.throws(() => fleet.add("x"), /closed/);
});

test("after a restart of every terminal all are back and nothing is lost", async (t) => {
  const rooms = 30;
  const { fleet, simulators } = await building(t, rooms);
  const asked = inbox();
  fleet.files.onRequest((room) => asked.put(room.key));
  await Promise.all(
    simulators.map(async (simulator) => {
      // The room learns of this offer only by asking.
      await simulator.perform({ op: "stopListening" });
      await simulator.perform({ op: "dropConnection", how: "reset" });
      await simulator.perform({ op: "waitConnections", count: 0 });
      await simulator.offerFile({ name: "away.txt", text: "x" });
      await simulator.perform({ op: "restart" });
    }),
  );
  const seen = new Set();
  for (let count = 0; count < rooms; count += 1) {
    seen.add(await asked.next());
  }
  assert.deepEqual([...seen].sort(), [...fleet.keys()]);
  const health = fleet.health();
  assert.deepEqual([health.ready, health.reconnects], [rooms, rooms]);
});
