// protocol/tour: every command is answered, and every event provoked, where it makes sense.
// Answers and events are held strictly against the catalogue.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { app, simulated } from "./helpers.mjs";

const read = (name) => JSON.parse(readFileSync(join(app, "protocol", name), "utf8"));
const [commands, events, types, enums] = ["commands", "events", "types", "enums"].map((name) =>
  read(`${name}.json`),
);
const tours = readdirSync(join(app, "protocol", "tour"))
  .filter((name) => name.endsWith(".json"))
  .map((name) => [name, read(join("tour", name))]);

/** Fails unless a message is just as its entry says: nothing missing, wrong or unknown. */
function strict(part, entry, message) {
  const known = new Set(["method", "requestId", "result", "event"]);
  for (const { name, type, optional, guess } of entry[part]) {
    known.add(name);
    if (name in message) {
      strictValue(type, message[name], name);
    } else {
      assert.ok(optional || guess, `${name} is missing in ${JSON.stringify(message)}`);
    }
  }
  if (!entry.incomplete?.includes(part)) {
    for (const name of Object.keys(message)) {
      assert.ok(known.has(name), `${name} is unknown in ${JSON.stringify(message)}`);
    }
  }
}

function strictValue(kind, value, name) {
  const about = `${name} is no ${kind}: ${JSON.stringify(value)}`;
  if (kind.endsWith("[]")) {
    assert.ok(Array.isArray(value), about);
    for (const item of value) {
      strictValue(kind.slice(0, -2), item, name);
    }
  } else if (kind.startsWith("enum:")) {
    const { wire, values } = enums[kind.slice(5)];
    assert.equal(typeof value, wire === "int" ? "number" : "string", about);
    assert.ok(value in values, about);
  } else if (kind in types) {
    strict("fields", types[kind], value);
  } else if (kind === "int" || kind === "int64") {
    assert.ok(Number.isInteger(value), about);
  } else if (kind !== "any") {
    const plain = { string: "string", float: "number", bool: "boolean", object: "object" };
    assert.equal(typeof value, plain[kind], about);
  }
}

/** Texts such as `$file.fileId` stand for what an earlier step answered. */
function filled(value, known) {
  if (typeof value === "string" && value.startsWith("$")) {
    return value
      .slice(1)
      .split(".")
      .reduce((found, key) => found[key], known);
  }
  if (Array.isArray(value)) {
    return value.map((item) => filled(item, known));
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, filled(item, known)]),
    );
  }
  return value;
}

const camel = (area) => area.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

for (const [name, tour] of tours) {
  test(`tour: ${name}`, async (t) => {
    const { simulator, room } = await simulated(t, {}, tour.options);
    const known = {};
    for (const step of tour.steps) {
      await room.waitReady();
      const expected = (step.events ?? []).map((event) => room.expect(event, { timeout: 60_000 }));
      let value;
      if (step.call === undefined) {
        value = await simulator.perform(filled(step.op, known));
      } else {
        const entry = commands[step.call];
        value = await room[camel(entry.area)][step.call](filled(step.params ?? {}, known));
        strict("result", entry, value);
      }
      for (const { promise } of expected) {
        const event = await promise;
        strict("fields", events[event.event], event);
      }
      if (step.as !== undefined) {
        known[step.as] = value;
      }
    }
  });
}

test("the tours go everywhere", () => {
  const steps = tours.flatMap(([, tour]) => tour.steps);
  const called = new Set(steps.flatMap((step) => step.call ?? []));
  assert.deepEqual([...called].sort(), Object.keys(commands).sort());
  const heard = new Set(steps.flatMap((step) => step.events ?? []));
  assert.deepEqual([...heard].sort(), Object.keys(events).sort());
});
