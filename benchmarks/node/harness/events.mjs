// Bursts of pushed events.
import { Measurement } from "./measurement.mjs";

export const EVENT = "incomingFileRequestDownloadingProgress";

/** Events asked for at once. */
export const BURST = 10_000;

/** `two` or `all` fields are read; `unique`: two, and one field differs in each event. */
export async function run(connect, port, name, size, milliseconds) {
  const client = await connect(port);
  await measure(client, name, size, milliseconds);
  await client.close();
}

export async function measure(client, name, kind, milliseconds) {
  const read = kind === "all" ? all : two;
  let seen = 0;
  let burstDone;
  client.onEvent(EVENT, (event) => {
    if (read(event)) seen += 1;
    if (seen === BURST) {
      seen = 0;
      burstDone();
    }
  });
  const bursts = async (milliseconds) => {
    let count = 0;
    for (const start = performance.now(); performance.now() - start < milliseconds; ) {
      const done = new Promise((resolve) => {
        burstDone = resolve;
      });
      await client.command("emitProgress", { count: BURST, unique: kind === "unique" });
      await done;
      count += BURST;
    }
    return count;
  };
  await bursts(milliseconds / 4); // Warm.
  const measurement = new Measurement(name);
  measurement.end(await bursts(milliseconds));
}

/** As a progress bar would. */
export function two(event) {
  return event.processedPercents >= 0 && event.fileRequestId !== undefined;
}

function all(event) {
  return (
    event.processedPercents >= 0 &&
    event.fileRequestId !== undefined &&
    event.fileSize !== undefined &&
    event.fileName !== undefined &&
    event.peerId !== undefined &&
    event.peerDisplayName !== undefined &&
    event.timestamp !== undefined &&
    event.event !== undefined
  );
}
