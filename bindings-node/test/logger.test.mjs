import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, UsageError } from "trueroom";
import { simulate, simulated } from "./helpers.mjs";

test("a function gets the core's records, without secrets", async (t) => {
  const records = [];
  const { simulator, room } = await simulated(
    t,
    { pin: "20304050", logger: (record) => records.push(record), logLevel: "debug" },
    { pin: "20304050" },
  );
  const lost = room.expect("connection");
  await simulator.dropConnection();
  await lost.promise;
  await room.waitReady();
  await room.close();
  assert.ok(records.length > 0);
  for (const { level, target, message } of records) {
    assert.ok(["error", "warn", "info", "debug"].includes(level));
    assert.match(target, /^trueroom/);
    assert.equal(typeof message, "string");
  }
  assert.ok(!JSON.stringify(records).includes("20304050"));
});

test("an object with methods works, and the level is kept to", async (t) => {
  const calls = [];
  const method = (level) => (message, record) => calls.push([level, message, record.level]);
  const logger = { error: method("error"), warn: method("warn"), info: method("info") };
  const { simulator, room } = await simulated(t, { logger, logLevel: "error" });
  room.on("probe", () => {
    throw new Error("in the handler");
  });
  const seen = room.expect("probe");
  await simulator.emit({ event: "probe" });
  await seen.promise;
  await room.command("getAppState");
  assert.deepEqual(
    calls.map(([level, , own]) => [level, own]),
    [["error", "error"]],
  );
  assert.match(calls[0][1], /probe.*in the handler/);
});

test("a logger shared by rooms is told once; a logger that fails harms nothing", async (t) => {
  const records = [];
  const logger = ({ message }) => {
    records.push(message);
    throw new Error("logger");
  };
  const simulators = [await simulate(t), await simulate(t)];
  const rooms = await Promise.all(
    simulators.map((each) => connect(each.host, { ...each.options, logger, logLevel: "trace" })),
  );
  await Promise.all(rooms.map((room) => room.close()));
  const after = records.length;
  assert.ok(after > 0);
  // The loggers are gone with their rooms.
  const quiet = await connect(simulators[0].host, simulators[0].options);
  await quiet.close();
  assert.equal(records.length, after);
});

test("what is no logger is refused", async () => {
  await assert.rejects(connect("127.0.0.1", { logger: 7 }), UsageError);
  await assert.rejects(connect("127.0.0.1", { logger: () => {}, logLevel: "loud" }), UsageError);
});
