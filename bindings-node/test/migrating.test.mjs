// The programs of docs/migrating.md: what was written on ws and what takes its place do the same,
// as the terminal sees it.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { line, simulate, start } from "./helpers.mjs";

const alice = "alice@example.test";

for (const program of ["before", "after"]) {
  test(`${program} answers calls and tells its state`, async (t) => {
    const simulator = await simulate(t, { pin: "4711" });
    const script = join("examples", "migrating", "ws", `${program}.mjs`);
    const bot = start([script, String(simulator.port)], { TRUEROOM_PIN: "4711" });
    await line(bot, "ready");
    await simulator.perform({ op: "call", from: alice });
    await simulator.perform({ op: "waitFor", received: "accept" });
    // 4, being called, and 5, in the call.
    await simulator.perform({ op: "waitFor", sent: "appStateChanged", count: 2 });
    await simulator.perform({ op: "say", from: alice, message: "how are you?" });
    await simulator.perform({ op: "waitFor", received: "sendMessage" });
    await simulator.perform({ op: "say", from: alice, message: "bye" });
    const { code, stderr } = await bot.ended;
    assert.deepEqual([code, stderr], [0, ""]);
    const log = await simulator.perform({ op: "log" });
    const done = log.filter(({ method }) => method === "accept" || method === "sendMessage");
    assert.deepEqual(
      done.map(({ message: { peerId, message } }) => ({ peerId, message })),
      [
        { peerId: undefined, message: undefined },
        { peerId: alice, message: "state 5" },
      ],
    );
  });
}
