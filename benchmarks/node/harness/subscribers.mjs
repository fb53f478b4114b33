// Many handlers of one event. What is counted is deliveries: events times handlers.
import { BURST, EVENT, two } from "./events.mjs";
import { Measurement } from "./measurement.mjs";

export async function run(connect, port, name, size, milliseconds) {
  const client = await connect(port);
  const subscribers = Number(size);
  const burst = Math.floor(BURST / subscribers);
  let left = 0;
  let allDone;
  for (let i = 0; i < subscribers; i++) {
    client.onEvent(EVENT, (event) => {
      if (two(event)) left -= 1;
      if (left === 0) allDone();
    });
  }
  const bursts = async (milliseconds) => {
    let count = 0;
    for (const start = performance.now(); performance.now() - start < milliseconds; ) {
      left = burst * subscribers;
      count += left;
      const done = new Promise((resolve) => {
        allDone = resolve;
      });
      await client.command("emitProgress", { count: burst });
      await done;
    }
    return count;
  };
  await bursts(milliseconds / 4); // Warm.
  const measurement = new Measurement(name);
  measurement.end(await bursts(milliseconds));
  await client.close();
}
