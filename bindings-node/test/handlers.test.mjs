// Handlers of one event: they share what they can, and no one feels the others.

import assert from "node:assert/strict";
import { test } from "node:test";
import { frames, simulated } from "./helpers.mjs";

/** Has `count` events arrive in one go, and their handlers called as far as they do not wait. */
async function burst(simulator, room, count) {
  const events = Array.from({ length: count }, (_, n) => ({ event: "probe", n }));
  const last = room.expect("probe", { where: ({ n }) => n === count - 1 });
  await simulator.perform({ op: "sendRaw", bytes: frames(events) });
  await last.promise;
  await room.command("getAppState");
}

/** Round trips, until something is so. */
async function until(room, isSo) {
  while (!isSo()) await room.command("getAppState");
}

const upTo = (count) => Array.from({ length: count }, (_, n) => n);

/** A promise and what settles it. */
function gate() {
  let open;
  const opened = new Promise((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

test("many handlers of one event get the same objects, in order", async (t) => {
  const { simulator, room } = await simulated(t);
  const seen = Array.from({ length: 1000 }, () => []);
  for (const events of seen) {
    room.on("probe", (event) => events.push(event));
  }
  await burst(simulator, room, 300);
  assert.deepEqual(
    seen[0].map(({ n }) => n),
    upTo(300),
  );
  for (const events of seen) {
    assert.ok(events.every((event, n) => event === seen[0][n]));
  }
});

test("a handler that waits holds up none of the others, and misses nothing", async (t) => {
  const { simulator, room } = await simulated(t);
  const { open, opened } = gate();
  const done = gate();
  const [first, slow, last] = [[], [], []];
  room.on("probe", ({ n }) => first.push(n));
  room.on("probe", async ({ n }) => {
    // Returns promises from the start, but does not wait yet.
    if (n >= 3) await opened;
    slow.push(n);
    if (slow.length === 400) done.open();
  });
  room.on("probe", ({ n }) => last.push(n));
  await burst(simulator, room, 300);
  assert.deepEqual([first, slow, last], [upTo(300), [0, 1, 2], upTo(300)]);
  await burst(simulator, room, 100);
  assert.deepEqual([first, last], Array(2).fill([...upTo(300), ...upTo(100)]));
  open();
  await done.opened;
  assert.deepEqual(slow, first);
});

test("handlers that all wait have a queue each", async (t) => {
  const { simulator, room } = await simulated(t);
  const gates = [gate(), gate(), gate()];
  const lagged = [];
  room.on("lagged", ({ dropped, source }) => lagged.push([dropped, source]));
  const seen = gates.map(({ opened }) => {
    const numbers = [];
    const handler = async ({ n }) => {
      numbers.push(n);
      await opened;
    };
    room.on("probe", handler, { queueSize: 2 });
    return numbers;
  });
  await burst(simulator, room, 1);
  await burst(simulator, room, 10);
  assert.deepEqual(seen, [[0], [0], [0]]);
  gates[1].open();
  await until(room, () => seen[1].length === 3);
  await burst(simulator, room, 1);
  await until(room, () => seen[1].length === 4 && lagged.length === 1);
  assert.deepEqual(seen, [[0], [0, 8, 9, 0], [0]]);
  assert.deepEqual(lagged, [[8, "probe"]]);
  assert.equal(room.counters.dropped, 26);
  gates[0].open();
  gates[2].open();
  await until(room, () => seen[0].length === 3 && lagged.length === 3);
  assert.deepEqual(seen[0], [0, 9, 0]);
  assert.deepEqual(lagged.slice(1), Array(2).fill([9, "probe"]));
});

test("what fails or waits and fails is told, and reaches no other handler", async (t) => {
  const { simulator, room } = await simulated(t);
  const errors = [];
  const seen = [];
  const done = gate();
  room.on("error", ({ error }) => {
    errors.push(error.message);
    if (errors.length === 4) done.open();
  });
  room.on("probe", ({ n }) => {
    throw new Error(`at once ${n}`);
  });
  room.on("probe", async ({ n }) => {
    await room.command("getAppState");
    throw new Error(`later ${n}`);
  });
  room.on("probe", ({ n }) => seen.push(n));
  await burst(simulator, room, 2);
  await done.opened;
  assert.deepEqual(errors.sort(), ["at once 0", "at once 1", "later 0", "later 1"]);
  assert.deepEqual(seen, [0, 1]);
});

test("handlers come and go while events are given out", async (t) => {
  const { simulator, room } = await simulated(t);
  const [self, other, late, once] = [[], [], [], []];
  const victim = ({ n }) => other.push(n);
  room.on("probe", function taken({ n }) {
    self.push(n);
    if (n === 2) {
      room.off("probe", taken);
      room.off("probe", victim);
      room.on("probe", (event) => late.push(event.n));
    }
  });
  room.on("probe", victim);
  room.once("probe", ({ n }) => once.push(n));
  room.once("probe", async ({ n }) => {
    await room.command("getAppState");
    once.push(n);
  });
  await burst(simulator, room, 5);
  await room.command("getAppState");
  assert.deepEqual([self, other, late, once.sort()], [[0, 1, 2], [0, 1], [], [0, 0]]);
  await burst(simulator, room, 2);
  assert.deepEqual([self.length, other.length, late], [3, 2, [0, 1]]);
  room.off("probe");
  await burst(simulator, room, 2);
  assert.deepEqual(late, [0, 1]);
});
