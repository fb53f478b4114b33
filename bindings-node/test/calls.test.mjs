import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CommandError,
  CommandTimeout,
  ConnectionLost,
  connect,
  RoomClosed,
  UsageError,
} from "trueroom";
import { simulate, simulated } from "./helpers.mjs";

test("a command gives the whole answer under the wire's names", async (t) => {
  const { room } = await simulated(t);
  const answer = await room.command("getAppState");
  assert.equal(answer.method, "getAppState");
  assert.equal(answer.result, true);
  assert.equal(typeof answer.appState, "number");
});

test("parameters reach the terminal; undefined is left out", async (t) => {
  const { room } = await simulated(t);
  await room.command("clearFileTransferHistory", { deleteFilesFromDisk: false, note: undefined });
});

test("many commands at once each get their own answer", async (t) => {
  const { room } = await simulated(t);
  const methods = ["getAppState", "getSystemInfo", "getFileList", "getAuthInfo"];
  const all = Array.from({ length: 200 }, (_, i) => methods[i % methods.length]);
  const answers = await Promise.all(all.map((method) => room.command(method)));
  assert.deepEqual(
    answers.map((answer) => answer.method),
    all,
  );
  assert.equal(room.counters.pending, 0);
});

test("a refusal is a CommandError with the terminal's words", async (t) => {
  const { simulator, room } = await simulated(t);
  await simulator.perform({ op: "refuse", method: "getSystemInfo", error: "not today", code: 7 });
  await assert.rejects(room.command("getSystemInfo"), (error) => {
    assert.ok(error instanceof CommandError);
    assert.equal(error.name, "CommandError");
    assert.equal(error.code, "ERR_TRUEROOM_COMMAND");
    assert.equal(error.method, "getSystemInfo");
    assert.equal(error.text, "not today");
    assert.equal(error.resultCode, 7);
    assert.equal(error.reply.result, false);
    assert.notEqual(error.requestId, "");
    return true;
  });
});

test("no answer is a CommandTimeout that says whether the outcome is known", async (t) => {
  const { simulator, room } = await simulated(t);
  await simulator.perform({ op: "dropNextAnswer", method: "setSettings" });
  await assert.rejects(room.command("setSettings", { settings: {} }, { timeout: 50 }), (error) => {
    assert.ok(error instanceof CommandTimeout);
    assert.equal(error.timeout, 50);
    assert.equal(error.method, "setSettings");
    assert.equal(error.outcomeUnknown, true);
    return true;
  });
});

test("an AbortSignal frees the call and rejects with its reason", async (t) => {
  const { simulator, room } = await simulated(t);
  await simulator.perform({ op: "dropNextAnswer", method: "getSystemInfo" });
  const controller = new AbortController();
  const call = room.command("getSystemInfo", {}, { signal: controller.signal });
  const settled = assert.rejects(call, { message: "changed my mind" });
  await simulator.perform({ op: "waitFor", received: "getSystemInfo" });
  controller.abort(new Error("changed my mind"));
  await settled;
  assert.equal(room.counters.pending, 0);
  const again = room.command("getAppState", {}, { signal: controller.signal });
  await assert.rejects(again, { message: "changed my mind" });
  assert.equal((await room.command("getAppState")).result, true);
});

test("AbortSignal.timeout works like any other", async (t) => {
  const { simulator, room } = await simulated(t);
  await simulator.perform({ op: "dropNextAnswer", method: "getSystemInfo" });
  const call = room.command("getSystemInfo", {}, { signal: AbortSignal.timeout(20) });
  await assert.rejects(call, { name: "TimeoutError" });
});

test("close settles what is in flight", async (t) => {
  const { simulator, room } = await simulated(t);
  await simulator.perform({ op: "dropNextAnswer", method: "getSystemInfo" });
  const call = room.command("getSystemInfo");
  const settled = assert.rejects(call, RoomClosed);
  await simulator.perform({ op: "waitFor", received: "getSystemInfo" });
  await room.close();
  await settled;
  await assert.rejects(room.command("getAppState"), RoomClosed);
  await room.close();
});

test("a lost connection settles what is in flight at once", async (t) => {
  const { simulator, room } = await simulated(t);
  await simulator.perform({ op: "dropNextAnswer", method: "setSettings" });
  const call = room.command("setSettings", { settings: {} });
  const settled = assert.rejects(call, (error) => {
    assert.ok(error instanceof ConnectionLost);
    assert.equal(error.outcomeUnknown, true);
    return true;
  });
  await simulator.perform({ op: "waitFor", received: "setSettings" });
  await simulator.dropConnection();
  await settled;
});

test("wrong arguments are UsageErrors, and nothing is sent", async (t) => {
  const { simulator, room } = await simulated(t);
  const cyclic = {};
  cyclic.self = cyclic;
  const before = room.counters.sent;
  for (const call of [
    () => room.command(""),
    () => room.command(7),
    () => room.command("getAppState", []),
    () => room.command("getAppState", "text"),
    () => room.command("getAppState", cyclic),
    () => room.command("getAppState", {}, { timeout: -1 }),
    () => room.command("getAppState", {}, { timeout: Number.NaN }),
    () => room.command("getAppState", {}, { timeout: "5" }),
  ]) {
    await assert.rejects(call, UsageError);
  }
  assert.throws(() => room.on("appStateChanged", "no function"), UsageError);
  assert.throws(() => room.files.onRequest(), UsageError);
  await assert.rejects(room.files.send("x"), UsageError);
  assert.equal(room.counters.sent, before);
  await assert.rejects(connect(simulator.host, { prot: 80 }), UsageError);
  await assert.rejects(connect(simulator.host, { pin: 1234 }), UsageError);
  await assert.rejects(connect(""), UsageError);
});

test("connecting can be aborted", async (t) => {
  const simulator = await simulate(t);
  await simulator.perform({ op: "dropNextAnswer", method: "auth" });
  const controller = new AbortController();
  const connecting = connect(simulator.host, { ...simulator.options, signal: controller.signal });
  const settled = assert.rejects(connecting, { name: "AbortError" });
  await simulator.perform({ op: "waitFor", received: "auth" });
  controller.abort();
  await settled;
});
