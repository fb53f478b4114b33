// Connecting, and what connections cost that do nothing. Node itself raises its limit of descriptors.
import { Measurement, memoryKb } from "./measurement.mjs";

const AT_ONCE = 50;

/** Connects and closes, again and again; the value is the median time of a connect. */
export async function run(connect, port, name, _, milliseconds) {
  const work = async (milliseconds) => {
    const times = [];
    const end = performance.now() + milliseconds;
    for (let start = performance.now(); start < end; start = performance.now()) {
      const client = await connect(port);
      times.push(performance.now() - start);
      await client.close();
    }
    return times.sort((a, b) => a - b);
  };
  await work(milliseconds / 4); // Warm.
  const measurement = new Measurement(name);
  const times = await work(milliseconds);
  measurement.end(times.length, times, times[Math.floor(times.length / 2)]);
}

export async function connectMany(connect, port, count) {
  const clients = [];
  while (clients.length < count) {
    const length = Math.min(AT_ONCE, count - clients.length);
    clients.push(...(await Promise.all(Array.from({ length }, () => connect(port)))));
  }
  return clients;
}

/** The value is the memory of a connection, in kB: what the process grew by, shared out. */
export async function idle(connect, port, name, size) {
  const count = Number(size);
  const clients = await connectMany(connect, port, 1);
  globalThis.gc?.();
  const before = memoryKb("VmRSS:");
  const measurement = new Measurement(name);
  clients.push(...(await connectMany(connect, port, count - 1)));
  globalThis.gc?.();
  const after = memoryKb("VmRSS:");
  if (before === null || after === null) throw new Error("no /proc here");
  measurement.end(count - 1, undefined, (after - before) / (count - 1));
  await Promise.all(clients.map((client) => client.close()));
}
