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
