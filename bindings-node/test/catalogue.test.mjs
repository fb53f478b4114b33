// Every command is called and every event is received, against the simulator.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CommandError, ConnectionLost, UsageError } from "trueroom";
import * as enums from "trueroom/enums";
import { app, simulated } from "./helpers.mjs";

const read = (name) => JSON.parse(readFileSync(join(app, "protocol", `${name}.json`), "utf8"));
const commands = Object.entries(read("commands"));
const events = Object.entries(read("events"));
const types = read("types");
const codes = read("enums");

/** A value of a catalogue type, with all its fields. */
function sample(kind, name = "") {
  if (kind.endsWith("[]")) {
    return [sample(kind.slice(0, -2), name)];
  }
  if (kind.startsWith("enum:")) {
    const { values, wire } = codes[kind.slice(5)];
    const last = Object.keys(values).at(-1);
    return wire === "int" ? Number(last) : last;
  }
  if (kind in types) {
    return fields(types[kind].fields);
  }
  const text = name === "peerId" || name === "callId" ? "alice@example.test" : "text";
  const plain = { string: text, int: 1, int64: 7, float: 0.5, bool: true, object: {} };
  return plain[kind] ?? "anything";
}

function fields(list) {
  return Object.fromEntries(list.map(({ name, type }) => [name, sample(type, name)]));
}

/** Whether a value is what its declared type says. */
function fits(kind, value) {
  if (kind.endsWith("[]")) {
    return Array.isArray(value) && value.every((item) => fits(kind.slice(0, -2), item));
  }
  if (kind.startsWith("enum:")) {
    return typeof value === (codes[kind.slice(5)].wire === "int" ? "number" : "string");
  }
  if (kind in types) {
    return types[kind].fields.every(
      ({ name, type }) => !(name in value) || fits(type, value[name]),
    );
  }
  if (kind === "any") {
    return true;
  }
  const plain = { string: "string", bool: "boolean", object: "object" };
  return typeof value === (plain[kind] ?? "number");
}

function camel(area) {
  return area.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
}

for (const generation of ["current", "legacy"]) {
  // What they ask may not be possible; the tour is about answers.
  test(`every command sends its parameters: ${generation}`, async (t) => {
    const todo = commands.filter(([, entry]) => (entry.generation ?? "current") === generation);
    while (todo.length > 0) {
      const { room } = await simulated(t, {}, { generation });
      let name = "";
      // Some commands end the terminal, or the right to use it.
      while (todo.length > 0 && room.state === "ready" && name !== "auth") {
        const [wire, entry] = todo.shift();
        name = wire;
        try {
          await room[camel(entry.area)][name](fields(entry.params));
        } catch (error) {
          if (error instanceof CommandError) {
            assert.doesNotMatch(error.text, /parameter/, name);
            continue;
          }
          // The terminal went away as it was told, before it could answer.
          assert.ok(
            error instanceof ConnectionLost && entry.kind === "action",
            `${name}: ${error}`,
          );
        }
      }
    }
  });
}

test("every event reaches a typed handler", async (t) => {
  const { simulator, room } = await simulated(t);
  for (const [name, entry] of events) {
    for (const spelling of [name, ...(entry.aliases ?? [])]) {
      const expected = room.expect(spelling, { timeout: 60_000 });
      const event = { event: spelling, ...fields(entry.fields) };
      await simulator.perform({ op: "emit", event });
      const received = await expected.promise;
      assert.equal(received.event, spelling);
      for (const field of entry.fields) {
        assert.ok(fits(field.type, received[field.name]), `${name}.${field.name}`);
      }
      // One of them asks for a new authorization.
      await room.waitReady();
    }
  }
});

test("wrong parameters are not sent", async (t) => {
  const { room } = await simulated(t);
  const { sent } = room.counters;
  const { chat } = room;
  const text = "hi";
  const refused = (promise, message) =>
    assert.rejects(promise, (error) => error instanceof UsageError && message.test(error.message));
  await refused(
    chat.sendMessage({ peer_id: "a@b", message: text }),
    /peer_id; did you mean peerId/,
  );
  await refused(chat.sendMessage({ peerId: "a@b" }), /needs the parameter message/);
  await refused(chat.sendMessage(), /needs the parameter peerId/);
  await refused(chat.getListOfChats({ page: 1 }), /it has none/);
  await refused(chat.sendMessage("a@b"), /must be an object/);
  assert.equal(room.counters.sent, sent);
});

test("short names are the same commands, and codes have names", async (t) => {
  const { room } = await simulated(t);
  const { requestId: _, ...state } = await room.app.getState();
  const { requestId: __, ...same } = await room.app.getAppState();
  assert.deepEqual(state, same);
  assert.equal(state.appState, enums.AppState.LoggedIn);
  assert.equal(room.app, room.app);
});

test("a command of another generation is warned of once", async (t) => {
  const warnings = [];
  let heard;
  const first = new Promise((resolve) => {
    heard = resolve;
  });
  const logger = ({ message }) => {
    if (message.includes("may not know it")) {
      heard(warnings.push(message));
    }
  };
  const { room } = await simulated(t, { logger, logLevel: "warn" }, { generation: "legacy" });
  for (let count = 0; count < 2; count++) {
    await assert.rejects(
      room.files.acceptIncomingFileRequest({ fileRequestId: "x" }),
      CommandError,
    );
  }
  await first;
  await room.close();
  assert.equal(warnings.length, 1, warnings.join("\n"));
});
