import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { script, simulate, simulated, where } from "./helpers.mjs";

const SOURCE = new URL("worker.mjs", import.meta.url);

async function started(t, simulator) {
  const worker = new Worker(SOURCE, { workerData: { port: simulator.port } });
  t.after(() => worker.terminate());
  assert.deepEqual(await once(worker, "message"), ["getAppState"]);
  return worker;
}

test("each thread has its own rooms, and they end by themselves", async (t) => {
  const { room } = await simulated(t);
  const simulators = [await simulate(t), await simulate(t)];
  const workers = await Promise.all(simulators.map((each) => started(t, each)));
  for (const [i, worker] of workers.entries()) {
    const heard = once(worker, "message");
    await simulators[i].emit({ event: "probe", n: i });
    assert.deepEqual(await heard, [i]);
  }
  for (const worker of workers) {
    const ended = once(worker, "exit");
    worker.postMessage("close");
    assert.deepEqual(await ended, [0]);
  }
  assert.equal((await room.command("getAppState")).result, true);
});

test("a terminated worker closes its rooms, and the others live on", async (t) => {
  const { room } = await simulated(t);
  const simulator = await simulate(t);
  for (let round = 0; round < 5; round += 1) {
    const worker = await started(t, simulator);
    await worker.terminate();
    await simulator.perform({ op: "waitConnections", count: 0 });
    assert.equal((await room.command("getAppState")).result, true);
  }
});

test("workers that use the package first and last do not crash the process", async (t) => {
  const simulator = await simulate(t);
  const text = `
    import { once } from "node:events";
    import { Worker } from "node:worker_threads";
    for (let i = 0; i < 6; i += 1) {
      const workerData = { port: Number(process.env.TEST_PORT) };
      const worker = new Worker(new URL(process.env.TEST_WORKER), { workerData, execArgv: [] });
      await once(worker, "message");
      const ended = once(worker, "exit");
      if (i % 2) worker.postMessage("close"); else worker.terminate();
      await ended;
    }
    console.log("end");`;
  const environment = { ...where(simulator), TEST_WORKER: SOURCE.href };
  const { code, signal, stdout, stderr } = await script(text, environment);
  assert.deepEqual([code, signal, stdout, stderr], [0, null, "end\n", ""]);
});
