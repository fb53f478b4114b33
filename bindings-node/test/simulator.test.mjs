import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "trueroom";
import { Simulator } from "trueroom/simulator";
import { CONNECT, script, simulate, simulated } from "./helpers.mjs";

test("it tells where it listens", async (t) => {
  const simulator = await simulate(t, { pin: "1234" });
  assert.equal(simulator.host, "127.0.0.1");
  assert.ok(simulator.port > 0);
  assert.equal(simulator.info.tls, false);
  const config = await fetch(`http://127.0.0.1:${simulator.port}/public/default/config.json`);
  const { config: ports } = await config.json();
  assert.equal(ports.websocket.port, simulator.info.websocketPort);
  assert.equal(ports.http.port, simulator.info.httpPort);
});

test("its helpers play the other side", async (t) => {
  const { simulator, room } = await simulated(t);
  const invited = room.expect("inviteReceived");
  await simulator.call("bob@example.test", { name: "Bob" });
  assert.equal((await invited.promise).peerId, "bob@example.test");
  const said = room.expect("incomingChatMessage");
  await simulator.say("bob@example.test", "hello").catch(() => said.close());
  await said.promise.catch(() => {});
  const { connections } = await simulator.state();
  assert.equal(connections.length, 1);
});

test("other users call, join, ask and answer", async (t) => {
  const { simulator, room } = await simulated(t, {}, { callAnswer: "none" });
  const bob = simulator.peer("bob@example.test", { name: "Bob" });
  /** What follows an action, by the name of the event. */
  const after = async (event, action) => {
    const expected = room.expect(event, { timeout: 60_000 });
    await action();
    return expected.promise;
  };
  assert.equal((await after("inviteReceived", () => bob.call())).peerDn, "Bob");
  await room.call.reject();
  const hosted = await bob.hostConference({ title: "His", kind: 3, pin: "7" });
  await room.call.call({ peerId: hosted.callId, pin: "7" });
  assert.equal((await after("conferenceCreated", () => bob.answer())).confTitle, "His");
  await bob.ask("podiumInvitation");
  const gone = () => bob.lapse("podiumInvitation");
  assert.equal((await after("incomingPodiumInvitationRemoved", gone)).reason, 2);
  assert.equal((await after("roleEventOccured", () => simulator.movePodium(true))).broadcast, true);
  await after("conferenceDeleted", () => simulator.hangUp());
  const conference = { title: "Mine", confType: "symmetric", autoAccept: true };
  await room.conference.createConference(conference);
  const joined = await after("newParticipantInConference", () => bob.join({ mic: 1 }));
  assert.equal(joined.mic, 1);
  await room.conference.inviteToConference({ peerId: "eve@example.test" });
  const eve = simulator.peer("eve@example.test");
  assert.equal((await after("rejectReceived", () => eve.answer(false, 2))).cause, 2);
  await after("deviceStatusReceived", () => bob.setDevices({ video: 0 }));
  await after("reactionsChanged", () => bob.react(1));
  await after("userRecordingMeStatusChanged", () => bob.record());
  await after("extraVideoFlowNotify", () => bob.show(1));
  await after("commandReceived", () => bob.sendCommand("lights"));
  await after("incomingGroupChatMessage", () => bob.say("hi", { conference: true }));
  await after("usersStatusesChanged", () => bob.setPresence(2, 7));
  await after("micStateChangedByConferenceOwner", () => simulator.muteRoom({ mic: true }));
  await room.sharing.startCapture({ captureId: 1 });
  await after("dsStopped", () => simulator.stopSharing());
  await after("participantLeftConference", () => bob.leave());
  await assert.rejects(bob.leave(), { name: "UsageError", message: /no participant/ });
  await after("serverDisconnected", () => simulator.setServer(false));
});

test("wrong options and operations are UsageErrors", async (t) => {
  await assert.rejects(Simulator.start({ prot: 1 }), { name: "UsageError" });
  const simulator = await simulate(t);
  await assert.rejects(simulator.perform({ op: "fly" }), { name: "UsageError" });
  await assert.rejects(simulator.perform({ op: "takeFile", id: "no" }), { name: "UsageError" });
  await assert.rejects(simulator.perform({ op: "waitConnections", count: 9, timeout: 1 }), {
    name: "CommandTimeout",
  });
  await assert.rejects(Simulator.start({ port: simulator.port }), { name: "UsageError" });
  await simulator.close();
  await simulator.close();
  await assert.rejects(simulator.state(), { name: "UsageError" });
});

test("closing it ends its connections", async (t) => {
  const { simulator, room } = await simulated(t, { reconnect: false });
  await simulator.close();
  await assert.rejects(room.closed, { name: "ConnectionLost" });
});

test("it keeps the process alive until it is closed; unref changes that", async () => {
  const closed = await script(`
    import { Simulator } from "trueroom/simulator";
    const simulator = await Simulator.start();
    // A timer that keeps nothing alive: it fires only if something else does.
    setTimeout(async () => {
      console.log("running");
      await simulator.close();
      await simulator[Symbol.asyncDispose]();
      console.log("closed");
    }, 1).unref();`);
  assert.deepEqual([closed.code, closed.stdout], [0, "running\nclosed\n"]);
  const unref = await script(`
    import { Simulator } from "trueroom/simulator";
    const simulator = await Simulator.start();
    simulator.unref().ref().unref();
    ${CONNECT.replace("Number(process.env.TEST_PORT)", "simulator.port")}
    console.log((await room.command("getAppState")).result);
    room.unref();`);
  assert.deepEqual([unref.code, unref.stdout, unref.stderr], [0, "true\n", ""]);
});

test("two rooms of different roles at once", async (t) => {
  const simulator = await simulate(t);
  for (const role of ["admin", "user"]) {
    const room = await connect(simulator.host, { ...simulator.options, role });
    t.after(() => room.close());
    assert.equal(room.state, "ready");
  }
  await simulator.perform({ op: "waitConnections", count: 2, authorized: true });
});
