import assert from "node:assert/strict";
import { test } from "node:test";
import { simulated } from "./helpers.mjs";

test("sizes and times arrive as exact numbers", async (t) => {
  const { simulator, room } = await simulated(t);
  const expected = room.expect("probe");
  await simulator.emit({
    event: "probe",
    size: Number.MAX_SAFE_INTEGER,
    time: 1_764_000_000_123,
    negative: -Number.MAX_SAFE_INTEGER,
    half: 0.5,
    big: 1e21,
  });
  const event = await expected.promise;
  assert.equal(event.size, 9007199254740991);
  assert.equal(event.time, 1_764_000_000_123);
  assert.equal(event.negative, -9007199254740991);
  assert.equal(event.half, 0.5);
  assert.equal(event.big, 1e21);
});

test("integers that a number would round arrive as strings of digits", async (t) => {
  const { simulator, room } = await simulated(t);
  const expected = room.expect("probe");
  const text =
    '{"method":"event","event":"probe","id":9007199254740993,"list":[1,-18446744073709551615,2],' +
    '"text":"9007199254740993 \\" 9007199254740993","safe":9007199254740991,' +
    '"float":9007199254740993.5,"huge":123456789012345678901234567890,"\\"9007199254740993":0}';
  await simulator.perform({ op: "sendRaw", text });
  const event = await expected.promise;
  assert.equal(event.id, "9007199254740993");
  assert.deepEqual(event.list, [1, "-18446744073709551615", 2]);
  assert.equal(event.text, '9007199254740993 " 9007199254740993');
  assert.equal(event.safe, 9007199254740991);
  assert.equal(typeof event.float, "number");
  assert.equal(event.huge, "123456789012345678901234567890");
  assert.equal(event['"9007199254740993'], 0);
});

test("the size of a file request is exact", async (t) => {
  const { simulator, room } = await simulated(t);
  const stream = room.files.changes();
  await simulator.offerFile({ name: "huge.bin", text: "x", size: Number.MAX_SAFE_INTEGER });
  const { value: request } = await stream.next();
  assert.equal(request.size, 9007199254740991);
  assert.ok(request.createdAt instanceof Date);
  assert.equal(request.createdAt.getTime() % 1, 0);
  await stream.return();
});

test("a BigInt parameter is written as an exact integer", async (t) => {
  const { simulator, room } = await simulated(t);
  await room.command("setSettings", {
    settings: {},
    id: 9007199254740993n,
    list: [-1n, "2n", 3n],
    text: "bigint 5",
  });
  const log = await simulator.perform({ op: "log" });
  const { message } = log.find((entry) => entry.method === "setSettings");
  assert.equal(message.id, "9007199254740993");
  assert.deepEqual(message.list, [-1, "2n", 3]);
  assert.equal(message.text, "bigint 5");
});
