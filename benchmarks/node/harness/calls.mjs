// So many calls in flight at any time.
import { Measurement } from "./measurement.mjs";

export async function run(connect, port, name, size, milliseconds) {
  const client = await connect(port);
  const call = () => client.command("getIncomingFilesRequests");
  await measure(call, name, Number(size), milliseconds);
  await client.close();
}

export async function measure(call, name, depth, milliseconds) {
  await work(call, depth, milliseconds / 4); // Warm.
  const measurement = new Measurement(name);
  const times = await work(call, depth, milliseconds);
  measurement.end(times.length, times);
}

async function work(call, depth, milliseconds) {
  const times = [];
  const end = performance.now() + milliseconds;
  const worker = async () => {
    for (let sent = performance.now(); sent < end; ) {
      await call();
      const now = performance.now();
      times.push(now - sent);
      sent = now;
    }
  };
  await Promise.all(Array.from({ length: depth }, worker));
  return times;
}
