import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandError, CommandTimeout, FlowError, UsageError } from "trueroom";
import { ConferenceKind, LoginResult, RejectCause } from "trueroom/enums";
import { simulated } from "./helpers.mjs";

const peerId = "ann@example.test";

/** The terminal takes the command, and does nothing with it. */
const accept = (simulator, method) =>
  simulator.perform({ op: "answerWith", method, answer: { result: true }, times: 0 });

const emit = (simulator, event) => simulator.perform({ op: "emit", event });

/** The command of the flow has reached the terminal. */
const begun = (simulator, received, count = 1) =>
  simulator.perform({ op: "waitFor", received, count });

test("a flow ends with the event", async (t) => {
  const { simulator, room } = await simulated(t);
  await accept(simulator, "login");
  const outcome = room.flows.signIn({ login: "bot", password: "secret" });
  await begun(simulator, "login");
  await emit(simulator, { event: "login", result: 0, peerId: "bot@example.test" });
  const event = await outcome;
  assert.equal(event.event, "login");
  assert.equal(event.result, LoginResult.Success);
  assert.equal(event.peerId, "bot@example.test");
});

test("an event that tells of failure is an error with its cause", async (t) => {
  const { simulator, room } = await simulated(t);
  await accept(simulator, "call");
  async function dial() {
    await room.flows.call({ peerId });
  }
  const failed = assert.rejects(dial, (error) => {
    assert.ok(error instanceof FlowError);
    assert.match(error.message, /rejectReceived came with busy \(2\)/);
    assert.equal(error.cause, RejectCause.Busy);
    assert.equal(error.method, "call");
    assert.equal(error.event.event, "rejectReceived");
    assert.match(error.stack, /at async dial .*flows\.test\.mjs/);
    return true;
  });
  await begun(simulator, "call");
  await emit(simulator, { event: "rejectReceived", peerId, cause: 2 });
  await failed;
});

test("refused, late and given up", async (t) => {
  const { simulator, room } = await simulated(t);
  await simulator.perform({ op: "refuse", method: "call", error: "no", code: 4 });
  await assert.rejects(room.flows.call({ peerId }), (error) => {
    assert.ok(error instanceof CommandError);
    return error.resultCode === 4;
  });
  await accept(simulator, "call");
  await assert.rejects(room.flows.call({ peerId }, { timeout: 3000 }), (error) => {
    assert.ok(error instanceof CommandTimeout);
    assert.match(error.message, /its outcome did not come/);
    return error.accepted && error.outcomeUnknown && error.timeout === 3000;
  });
  const controller = new AbortController();
  const outcome = room.flows.call({ peerId }, { signal: controller.signal });
  await begun(simulator, "call", 3);
  controller.abort(new Error("mine"));
  await assert.rejects(outcome, /mine/);
  assert.equal(room.counters.pending, 0);
});

test("parameters are checked before anything is sent", async (t) => {
  const { room } = await simulated(t);
  await assert.rejects(room.flows.call({}), /call needs the parameter peerId/);
  await assert.rejects(room.flows.call({ peerId, peer: 1 }), UsageError);
  await assert.rejects(room.runFlow("makeTea"), /there is no flow makeTea/);
});

test("a flow against what the terminal really does", async (t) => {
  const { room } = await simulated(t);
  const confType = ConferenceKind.AllOnScreen;
  const created = await room.flows.createConference({ title: "x", confType, autoAccept: true });
  assert.equal(created.event, "conferenceCreated");
  const ended = await room.flows.leaveConference();
  assert.equal(ended.confId, created.confId);
});
