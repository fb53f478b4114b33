import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as trueroom from "trueroom";
import { simulated } from "./helpers.mjs";

const CODES = {
  AuthError: "ERR_TRUEROOM_AUTH",
  CommandError: "ERR_TRUEROOM_COMMAND",
  CommandTimeout: "ERR_TRUEROOM_COMMAND_TIMEOUT",
  ConnectError: "ERR_TRUEROOM_CONNECT",
  ConnectionLost: "ERR_TRUEROOM_CONNECTION_LOST",
  FileRequestError: "ERR_TRUEROOM_FILE_REQUEST",
  FleetError: "ERR_TRUEROOM_FLEET",
  FlowError: "ERR_TRUEROOM_FLOW",
  RoomClosed: "ERR_TRUEROOM_ROOM_CLOSED",
  Superseded: "ERR_TRUEROOM_SUPERSEDED",
  TransferError: "ERR_TRUEROOM_TRANSFER",
  UsageError: "ERR_TRUEROOM_USAGE",
  WaitTimeout: "ERR_TRUEROOM_WAIT_TIMEOUT",
};

test("every error class extends the base and has its code and name", () => {
  for (const [name, code] of Object.entries(CODES)) {
    const error = new trueroom[name]("message", {}, "cause");
    assert.ok(error instanceof trueroom.TrueroomError);
    assert.ok(error instanceof Error);
    assert.equal(error.name, name);
    assert.equal(error.code, code);
    assert.equal(error.message, "message");
    assert.equal(error.cause, "cause");
    assert.ok(!Object.keys(error).includes("name"));
    assert.match(inspect(error), new RegExp(`^${name}: message`));
  }
  const classes = Object.keys(trueroom).filter((name) => /Error$|Timeout$|Lost$/.test(name));
  assert.deepEqual(
    classes.sort(),
    [...Object.keys(CODES), "TrueroomError"].filter((n) => /Error$|Timeout$|Lost$/.test(n)).sort(),
  );
});

test("the stack of an error shows the lines of the program that called", async (t) => {
  const { simulator, room } = await simulated(t);
  await simulator.perform({ op: "refuse", method: "getSystemInfo", times: 2 });

  async function askTheTerminal() {
    await room.command("getSystemInfo");
  }
  async function sendNothing() {
    await room.files.upload("/does/not/exist");
  }
  async function waitInVain() {
    await room.waitFor("probe", { timeout: 1 });
  }
  for (const [call, top] of [
    [askTheTerminal, "Room.command"],
    [sendNothing, "Session.operate"],
    [waitInVain, "Room.waitFor"],
  ]) {
    await assert.rejects(call, (error) => {
      const [first, second] = error.stack.split("\n").slice(1);
      assert.match(first, new RegExp(`at ${top} `));
      assert.match(error.stack, new RegExp(`at async ${call.name} .*errors\\.test\\.mjs:\\d+`));
      assert.ok(second.includes("async"));
      return true;
    });
  }
  const both = Promise.all([room.command("getAppState"), room.command("getSystemInfo")]);
  await assert.rejects(both, (error) => {
    assert.match(error.stack, /at async Promise.all \(index 1\)/);
    assert.match(error.stack, /errors\.test\.mjs:\d+/);
    return true;
  });
});

test("secrets are not shown by anything that describes a room", async (t) => {
  const { room } = await simulated(t, { pin: "20304050" }, { pin: "20304050" });
  const shown = [inspect(room, { depth: 9, showHidden: true }), JSON.stringify(room), `${room}`];
  shown.push(inspect(room.files, { depth: 9 }), JSON.stringify(room.status));
  assert.ok(!shown.join("").includes("20304050"));
  assert.match(shown[0], /^Room \{.*state: 'ready'/s);
});
