import assert from "node:assert/strict";
import { on, once } from "node:events";
import { test } from "node:test";
import { RoomClosed, WaitTimeout } from "trueroom";
import { collect, simulated } from "./helpers.mjs";

test("handlers get events in order, the next one when their promise has settled", async (t) => {
  const { simulator, room } = await simulated(t);
  const seen = [];
  let running = 0;
  const done = new Promise((resolve) => {
    room.on("probe", async ({ n }) => {
      running += 1;
      assert.equal(running, 1);
      await room.command("getAppState");
      seen.push(n);
      running -= 1;
      if (n === 20) {
        resolve();
      }
    });
  });
  for (let n = 1; n <= 20; n += 1) {
    await simulator.emit({ event: "probe", n });
  }
  await done;
  assert.deepEqual(
    seen,
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
});

test("once, off, and several handlers of one event", async (t) => {
  const { simulator, room } = await simulated(t);
  const calls = [];
  const first = () => calls.push("first");
  room
    .on("probe", first)
    .once("probe", () => calls.push("once"))
    .on("probe", () => calls.push("second"));
  await emitAndWait(simulator, room, { event: "probe" });
  room.off("probe", first);
  await emitAndWait(simulator, room, { event: "probe" });
  room.off("probe");
  await emitAndWait(simulator, room, { event: "probe" });
  assert.deepEqual(calls.sort(), ["first", "once", "second", "second"]);
});

test("a handler that fails is told to error listeners and stops nothing", async (t) => {
  const { simulator, room } = await simulated(t);
  const problem = new TypeError("no such field");
  const told = once(room, "probe-never").catch((error) => error);
  const errors = room.events("error");
  const calls = [];
  room.on("probe", ({ n }) => {
    calls.push(n);
    if (n === 1) {
      throw problem;
    }
  });
  room.on("probe", async ({ n }) => {
    if (n === 1) {
      throw problem;
    }
  });
  await emitAndWait(simulator, room, { event: "probe", n: 1 });
  await emitAndWait(simulator, room, { event: "probe", n: 2 });
  for (const _ of [1, 2]) {
    const { value } = await errors.next();
    assert.equal(value.error, problem);
    assert.equal(value.source, "probe");
    assert.match(value.message, /no such field/);
    assert.equal(value.errorId, undefined);
  }
  await errors.return();
  assert.deepEqual(calls, [1, 2]);
  assert.equal(room.counters.handlerErrors, 2);
  // `events.once` of Node rejects with what "error" brings.
  assert.equal((await told).error, problem);
});

test("a handler of errors that fails does not call itself", async (t) => {
  const { simulator, room } = await simulated(t);
  const records = [];
  let calls = 0;
  room.on("error", () => {
    calls += 1;
    throw new Error("again");
  });
  room.on("probe", () => {
    throw new Error("first");
  });
  const warned = once(process, "warning");
  await emitAndWait(simulator, room, { event: "probe" });
  const [warning] = await warned;
  assert.equal(warning.name, "TrueroomWarning");
  assert.match(warning.message, /again/);
  await room.command("getAppState");
  assert.equal(calls, 1);
  assert.deepEqual(records, []);
});

test("a failing handler nobody listens for is a warning, once", async (t) => {
  const { simulator, room } = await simulated(t);
  const warnings = [];
  const listener = (warning) => warnings.push(warning);
  process.on("warning", listener);
  t.after(() => process.off("warning", listener));
  room.on("probe", () => {
    throw new Error("unheard");
  });
  await emitAndWait(simulator, room, { event: "probe" });
  await emitAndWait(simulator, room, { event: "probe" });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    warnings.map(({ name, message }) => [name, message]),
    [["TrueroomWarning", "the handler of probe failed: Error: unheard"]],
  );
  assert.equal(room.counters.handlerErrors, 2);
});

test("an iterator starts at once and ends with the room", async (t) => {
  const { simulator, room } = await simulated(t);
  const stream = room.events("probe");
  await simulator.emit({ event: "probe", n: 1 });
  await simulator.emit({ event: "other" });
  await simulator.emit({ event: "probe", n: 2 });
  await room.command("getAppState");
  await room.close();
  const items = await collect(stream, () => false);
  assert.deepEqual(
    items.map(({ event, n }) => [event, n]),
    [
      ["probe", 1],
      ["probe", 2],
    ],
  );
  assert.deepEqual(await stream.next(), { value: undefined, done: true });
});

test("leaving the loop ends the subscription; waiting steps are ended by return", async (t) => {
  const { simulator, room } = await simulated(t);
  const stream = room.events("probe");
  await simulator.emit({ event: "probe", n: 1 });
  const [first] = await collect(stream, () => true);
  assert.equal(first.n, 1);
  assert.equal((await stream.next()).done, true);
  const other = room.events();
  const step = other.next();
  await other[Symbol.asyncDispose]();
  assert.equal((await step).done, true);
});

test("a signal ends an iterator with its reason", async (t) => {
  const { room } = await simulated(t);
  const controller = new AbortController();
  const stream = room.events("probe", { signal: controller.signal });
  const step = assert.rejects(stream.next(), { message: "enough" });
  controller.abort(new Error("enough"));
  await step;
  assert.equal((await stream.next()).done, true);
  const late = room.events("probe", { signal: controller.signal });
  await assert.rejects(late.next(), { message: "enough" });
});

test("events.on of Node works on a room", async (t) => {
  const { simulator, room } = await simulated(t);
  const controller = new AbortController();
  const iterator = on(room, "probe", { signal: controller.signal });
  await simulator.emit({ event: "probe", n: 1 });
  const { value } = await iterator.next();
  assert.equal(value[0].n, 1);
  controller.abort();
});

test("waitFor and expect give one event, filtered, armed before the command", async (t) => {
  const { simulator, room } = await simulated(t);
  const expected = room.expect("probe", { where: (event) => event.n === 2 });
  const waiting = room.waitFor("probe");
  await simulator.emit({ event: "probe", n: 1 });
  await simulator.emit({ event: "probe", n: 2 });
  assert.equal((await waiting).n, 1);
  assert.equal((await expected.promise).n, 2);
  await expected[Symbol.asyncDispose]();
});

test("waiting ends: timeout, signal, dispose, a failing predicate, the room's end", async (t) => {
  const { simulator, room } = await simulated(t);
  await assert.rejects(room.waitFor("probe", { timeout: 5 }), (error) => {
    assert.ok(error instanceof WaitTimeout);
    assert.equal(error.timeout, 5);
    return true;
  });
  await assert.rejects(room.waitFor("probe", { signal: AbortSignal.abort(new Error("x")) }), {
    message: "x",
  });
  const disposed = room.expect("probe");
  disposed.close();
  await assert.rejects(disposed.promise, RoomClosed);
  const failing = room.expect("probe", {
    where: () => {
      throw new RangeError("predicate");
    },
  });
  await simulator.emit({ event: "probe" });
  await assert.rejects(failing.promise, RangeError);
  const waiting = assert.rejects(room.waitFor("probe"), RoomClosed);
  await room.close();
  await waiting;
  await assert.rejects(room.waitFor("probe"), RoomClosed);
});

test("* gets everything, unknown events and the library's own included", async (t) => {
  const { simulator, room } = await simulated(t);
  const stream = room.events();
  await simulator.emit({ event: "brandNewEvent", some: { thing: [1] } });
  const { value } = await stream.next();
  assert.deepEqual(value, { method: "event", event: "brandNewEvent", some: { thing: [1] } });
  await room.close();
  const rest = await collect(stream, () => false);
  assert.deepEqual(
    rest.map(({ event, state }) => [event, state]),
    [["connection", "closed"]],
  );
});

test("a slow iterator loses the oldest events and says how many in their place", async (t) => {
  const { simulator, room } = await simulated(t, { queueSize: 8 });
  const small = room.events("probe");
  const large = room.events("probe", { queueSize: 100 });
  for (let n = 1; n <= 20; n += 1) {
    await simulator.emit({ event: "probe", n });
  }
  await room.command("getAppState");
  const [gap, ...rest] = await collect(small, (items) => items.at(-1).n === 20);
  assert.equal(gap.event, "lagged");
  assert.equal(gap.dropped, 12);
  assert.deepEqual(
    rest.map(({ n }) => n),
    [13, 14, 15, 16, 17, 18, 19, 20],
  );
  assert.equal((await collect(large, (items) => items.at(-1).n === 20)).length, 20);
  assert.equal(room.counters.dropped, 12);
  assert.throws(() => room.events("probe", { queueSize: 0 }), { name: "UsageError" });
});

test("what a slow handler lost is told to the listeners of lagged", async (t) => {
  const { simulator, room } = await simulated(t);
  const lagged = room.expect("lagged");
  const seen = [];
  let go;
  const held = new Promise((resolve) => {
    go = resolve;
  });
  const handler = async ({ n }) => {
    seen.push(n);
    await held;
  };
  room.on("probe", handler, { queueSize: 2 });
  const first = room.expect("probe");
  await simulator.emit({ event: "probe", n: 1 });
  await first.promise;
  for (let n = 2; n <= 20; n += 1) {
    await simulator.emit({ event: "probe", n });
  }
  await room.command("getAppState");
  go();
  const { dropped, source } = await lagged.promise;
  assert.equal(dropped, 17);
  assert.equal(source, "probe");
  await room.command("getAppState");
  assert.deepEqual(seen, [1, 19, 20]);
});

test("a terminal cannot end the streams by playing the library", async (t) => {
  const { simulator, room } = await simulated(t);
  const stream = room.events("probe");
  await simulator.emit({ event: "connection", state: "closed" });
  await simulator.emit({ event: "probe", n: 1 });
  const { value } = await stream.next();
  assert.equal(value.n, 1);
  await stream.return();
});

test("a flood of events does not starve timers", async (t) => {
  const { simulator, room } = await simulated(t, { queueSize: 100_000 });
  let seen = 0;
  let timer = 0;
  const done = new Promise((resolve) => {
    room.on("probe", async () => {
      seen += 1;
      if (seen === 5000) {
        resolve();
      }
    });
  });
  const interval = setInterval(() => {
    timer += 1;
  }, 1);
  const messages = Array.from({ length: 5000 }, (_, i) => ({ event: "probe", n: i + 1 }));
  await Promise.all(messages.map((message) => simulator.emit(message)));
  await done;
  clearInterval(interval);
  assert.ok(timer > 0);
});

/** Emits an event and makes sure that the handlers had it. */
async function emitAndWait(simulator, room, event) {
  const seen = room.expect(event.event);
  await simulator.emit(event);
  await seen.promise;
  // A round trip, and a turn of the loop for handlers registered before.
  await room.command("getAppState");
}
