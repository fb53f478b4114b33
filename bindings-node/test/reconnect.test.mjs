import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthError, ConnectError, ConnectionLost, connect, Superseded } from "trueroom";
import { collect, simulate, simulated } from "./helpers.mjs";

test("the room connects again, says so, and finds what it missed", async (t) => {
  const { simulator, room } = await simulated(t);
  const connection = room.events("connection");
  const requests = [];
  const heard = new Promise((resolve) => {
    room.files.onRequest((request) => {
      requests.push(request.fileName);
      if (requests.length === 2) {
        resolve();
      }
    });
  });
  await simulator.offerFile({ name: "before.txt", text: "1" });
  await simulator.perform({ op: "stopListening" });
  await simulator.dropConnection();
  await simulator.offerFile({ name: "meanwhile.txt", text: "2" });
  await simulator.perform({ op: "startListening" });
  const events = await collect(connection, (items) => items.at(-1).state === "ready");
  assert.equal(events[0].state, "reconnecting");
  assert.equal(typeof events[0].retryIn, "number");
  assert.ok(events.at(-1).deafFor >= 0);
  await heard;
  assert.deepEqual(requests.sort(), ["before.txt", "meanwhile.txt"]);
  assert.equal(room.state, "ready");
  assert.equal(room.counters.reconnects, 1);
});

test("waitReady waits for the connection to come back", async (t) => {
  const { simulator, room } = await simulated(t);
  const lost = room.expect("connection");
  await simulator.dropConnection();
  await lost.promise;
  await room.waitReady();
  assert.equal((await room.command("getAppState")).result, true);
});

test("without reconnect the room ends, and everything with it", async (t) => {
  const { simulator, room } = await simulated(t, { reconnect: false });
  const stream = room.events("probe");
  const waiting = assert.rejects(room.waitFor("probe"), ConnectionLost);
  await simulator.dropConnection();
  await assert.rejects(room.closed, ConnectionLost);
  await assert.rejects(stream.next(), ConnectionLost);
  assert.equal((await stream.next()).done, true);
  await waiting;
  assert.equal(room.state, "closed");
  await room.close();
});

test("a second client with the same role supersedes the room", async (t) => {
  const { simulator, room } = await simulated(t);
  const other = await connect(simulator.host, simulator.options);
  t.after(() => other.close());
  await assert.rejects(room.closed, (error) => {
    assert.ok(error instanceof Superseded);
    assert.equal(error.code, "ERR_TRUEROOM_SUPERSEDED");
    return true;
  });
  assert.equal(room.state, "superseded");
  await assert.rejects(room.command("getAppState"), Superseded);
  assert.equal((await other.command("getAppState")).result, true);
});

test("a wrong PIN is an AuthError and never shown", async (t) => {
  const simulator = await simulate(t, { pin: "4711" });
  const connecting = connect(simulator.host, { ...simulator.options, pin: "081508" });
  await assert.rejects(connecting, (error) => {
    assert.ok(error instanceof AuthError);
    assert.equal(error.code, "ERR_TRUEROOM_AUTH");
    assert.ok(!JSON.stringify({ ...error, message: error.message }).includes("081508"));
    assert.ok(!error.stack.includes("081508"));
    return true;
  });
});

test("nobody there is a ConnectError that says what was tried", async (t) => {
  const simulator = await simulate(t);
  const { port } = simulator;
  await simulator.close();
  await assert.rejects(connect("127.0.0.1", { port, connectTimeout: 3000 }), (error) => {
    assert.ok(error instanceof ConnectError);
    assert.ok(error.tried.length > 0);
    assert.ok(error.tried.some((line) => line.includes(String(port))));
    return true;
  });
});

test("garbage from the terminal harms nothing", async (t) => {
  const { simulator, room } = await simulated(t);
  for (const kind of ["text", "half", "array", "nested", "types"]) {
    await simulator.perform({ op: "garbage", kind });
  }
  assert.equal((await room.command("getAppState")).result, true);
  assert.ok(room.counters.malformed >= 4);
});

test("TLS with a private authority", async (t) => {
  const { room } = await simulated(t, {}, { tls: true });
  assert.equal((await room.command("getAppState")).result, true);
});
