import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { version } from "trueroom";
import { app, simulate, start } from "./helpers.mjs";

const CLI = join(app, "node_modules", "trueroom", "dist", "cli.js");

test("--version, --help and misuse", async () => {
  const shown = await start([CLI, "--version"]).ended;
  assert.deepEqual([shown.code, shown.stdout], [0, `${version}\n`]);
  const help = await start([CLI, "--help"]).ended;
  assert.match(help.stdout, /^Usage: trueroom watch/);
  assert.equal(help.code, 0);
  for (const args of [[], ["fly"], ["--fly"], ["watch", "127.0.0.1", "--port", "x"]]) {
    const { code, stdout, stderr } = await start([CLI, ...args]).ended;
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^trueroom: .*\n\nUsage: /);
  }
});

test("watch prints events as JSON lines until it is interrupted", async (t) => {
  const simulator = await simulate(t, { pin: "1234" });
  const args = [CLI, "watch", simulator.host, "probe", "--port", String(simulator.port)];
  const watch = start(args, { TRUEROOM_PIN: "1234" });
  while (!watch.result.stderr.includes("connected to")) {
    await new Promise((resolve) => watch.child.stderr.once("data", resolve));
  }
  await simulator.emit({ event: "other" });
  await simulator.emit({ event: "probe", n: 1, list: [{ newPin: "1234", isPin: true }] });
  while (!watch.result.stdout.includes("\n")) {
    await new Promise((resolve) => watch.child.stdout.once("data", resolve));
  }
  watch.child.kill("SIGINT");
  const { code, stdout, stderr } = await watch.ended;
  assert.deepEqual(JSON.parse(stdout), {
    method: "event",
    event: "probe",
    n: 1,
    list: [{ newPin: "[redacted]", isPin: true }],
  });
  assert.equal(stderr, "connected to 127.0.0.1, API v.2\n");
  assert.equal(code, 0);
});

test("watch says why it cannot connect", async (t) => {
  const simulator = await simulate(t, { pin: "1234" });
  const args = [CLI, "watch", simulator.host, "--port", String(simulator.port)];
  const { code, stderr } = await start(args, { TRUEROOM_PIN: "0815" }).ended;
  assert.equal(code, 1);
  assert.match(stderr, /^AuthError: /);
  assert.ok(!stderr.includes("0815"));
});
