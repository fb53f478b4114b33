// The doctor against the simulator. `test_doctor.py` and the simulator's `doctor.rs` do the same.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { doctor, version } from "trueroom";
import { app, simulate, start } from "./helpers.mjs";

const CLI = join(app, "node_modules", "trueroom", "dist", "cli.js");
const PIN = "471147";

/** The differences of an entry of the catalogue. */
function findings(report, entry) {
  return report.findings
    .filter((finding) => finding.entry === entry)
    .map(({ what, field, found }) => [what, field, found]);
}

test("unknown things are found among known ones", async (t) => {
  const simulator = await simulate(t);
  const answer = { method: "getLogin", result: true, isLoggedIn: true, nickname: "Alice" };
  await simulator.perform({ op: "answerWith", method: "getLogin", answer, times: 0 });
  const examining = doctor(simulator.host, { ...simulator.options, watch: 600_000 });
  await simulator.perform({ op: "waitFor", received: "prepareCallIdForCall", count: 1 });
  await simulator.emit({ event: "lampChanged", colour: "Alice's" });
  await simulator.perform({ op: "evict", role: "admin" });
  const { report, text } = await examining;
  assert.equal(report.ended, "Superseded");
  assert.equal(report.simulator, true);
  assert.deepEqual(findings(report, "getLogin"), [["unknownField", "nickname", ["string"]]]);
  assert.deepEqual(findings(report, "lampChanged"), [
    ["unknownEvent", undefined, undefined],
    ["unknownField", "colour", ["string"]],
  ]);
  assert.match(text, /^ {2}event lampChanged: not known \(1\)$/m);
  assert.ok(!(text + JSON.stringify(report)).includes("Alice"));
});

for (const [options, thing, form] of [
  [{ requestId: "never" }, "requestId", "missing"],
  [{ resultCode: false }, "auth resultCode", "missing"],
  [{ setUsedApiVersion: "refuse" }, "setUsedApiVersion", "refused"],
]) {
  test(`forms are told: ${thing} ${form}`, async (t) => {
    const simulator = await simulate(t, options);
    const { report } = await doctor(simulator.host, { ...simulator.options, watch: 0 });
    assert.ok(form in report.variants[thing], JSON.stringify(report.variants));
  });
}

test("it can be given up", async (t) => {
  const simulator = await simulate(t);
  const stop = new AbortController();
  const examining = doctor(simulator.host, {
    ...simulator.options,
    watch: 600_000,
    signal: stop.signal,
  });
  await simulator.perform({ op: "waitFor", received: "getLogin", count: 1 });
  stop.abort(new Error("enough"));
  await assert.rejects(examining, /enough/);
  await simulator.perform({ op: "waitConnections", count: 0 });
});

test("mistakes are named", async () => {
  await assert.rejects(doctor("127.0.0.1", { watch: -1 }), { name: "UsageError" });
  await assert.rejects(doctor("127.0.0.1", { port: 1 }), { name: "ConnectError" });
});

test("the command prints text or JSON", async (t) => {
  const simulator = await simulate(t, { pin: PIN });
  const args = [CLI, "doctor", simulator.host, "--port", String(simulator.port), "--watch", "0"];
  const shown = await start(args, { TRUEROOM_PIN: PIN }).ended;
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stderr, /^The doctor only asks/);
  assert.ok(shown.stdout.startsWith(`trueroom doctor ${version}\nProduct: 5.0.0.1`));
  const json = await start([...args, "--json"], { TRUEROOM_PIN: PIN }).ended;
  const { version: form, apiVersion } = JSON.parse(json.stdout);
  assert.deepEqual([form, apiVersion], [1, 2]);
  assert.ok(!(shown.stdout + shown.stderr + json.stdout).includes(PIN));
});

test("the command says why it cannot connect, and refuses nonsense", async () => {
  const { code, stdout, stderr } = await start([CLI, "doctor", "127.0.0.1", "--port", "1"]).ended;
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /\nConnectError: /);
  for (const args of [["doctor"], ["doctor", "a", "b"], ["doctor", "a", "--watch", "x"]]) {
    assert.equal((await start([CLI, ...args]).ended).code, 2);
  }
});
