const assert = require("node:assert/strict");
const { test } = require("node:test");
const { CommandError, connect, TrueroomError } = require("trueroom");
const { Simulator } = require("trueroom/simulator");

test("everything works from CommonJS", async () => {
  const simulator = await Simulator.start();
  const room = await connect(simulator.host, simulator.options);
  try {
    assert.equal((await room.command("getAppState")).result, true);
    await assert.rejects(room.command("noSuchCommand"), (error) => {
      assert.ok(error instanceof CommandError);
      assert.ok(error instanceof TrueroomError);
      return true;
    });
    const esm = await import("trueroom");
    assert.equal(esm.CommandError, CommandError);
    assert.ok(room instanceof esm.Room);
  } finally {
    await room.close();
    await simulator.close();
  }
});
