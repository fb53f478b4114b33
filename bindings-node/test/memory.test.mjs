import assert from "node:assert/strict";
import { test } from "node:test";
import { script, simulate, where } from "./helpers.mjs";

test("rooms that have ended leave nothing behind", { timeout: 600_000 }, async (t) => {
  const simulator = await simulate(t);
  const text = `
    import { connect } from "trueroom";
    const options = { port: Number(process.env.TEST_PORT), reconnect: false };
    async function use() {
      const room = await connect("127.0.0.1", options);
      room.on("*", () => {});
      room.files.onRequest(() => {});
      room.events("probe").next().catch(() => {});
      const forgotten = room.events("probe");
      await room.command("getSystemInfo");
      await room.close();
      return [new WeakRef(room), new WeakRef(forgotten)];
    }
    const left = [];
    for (let i = 0; i < 50; i += 1) left.push(...(await use()));
    // A turn of the loop, so that nothing on the stack holds the last one.
    await new Promise((resolve) => setTimeout(resolve, 0));
    global.gc();
    console.log(left.filter((one) => one.deref() !== undefined).length <= 2);`;
  const { code, stdout, stderr } = await script(text, where(simulator), ["--expose-gc"]);
  assert.deepEqual([code, stdout, stderr], [0, "true\n", ""]);
});
