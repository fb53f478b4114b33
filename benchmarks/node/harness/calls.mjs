// So many calls in flight at any time.
import { Measurement } from "./measurement.mjs";

export async function run(client, name, depth, milliseconds) {
  await work(client, depth, milliseconds / 4); // Warm.
  const measurement = new Measurement(name);
  const times = await work(client, depth, milliseconds);
  measurement.end(times.length, times);
}

export async function work(client, depth, milliseconds) {
  const times = [];
  const end = performance.now() + milliseconds;
  const worker = async () => {
    for (let sent = performance.now(); sent < end; ) {
      await client.command("getIncomingFilesRequests");
      const now = performance.now();
      times.push(now - sent);
      sent = now;
    }
  };
  await Promise.all(Array.from({ length: depth }, worker));
  return times;
}
