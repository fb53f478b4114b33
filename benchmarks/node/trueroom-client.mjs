// The Node package under load: `trueroom-client.mjs PORT SECONDS` prints one JSON object a case.
import { connect } from "trueroom";

/** Events asked for at once, well within the queue. */
const BURST = 10_000;

const [port, seconds] = process.argv.slice(2).map(Number);
const room = await connect("127.0.0.1", {
  websocketPort: port,
  httpPort: port,
  queueSize: 2 * BURST,
});

for (const depth of [1, 64, 1000]) await calls(depth);
await events();
await room.close();

async function calls(depth) {
  const times = [];
  const start = performance.now();
  const worker = async () => {
    for (let sent = start; sent - start < seconds * 1000; ) {
      await room.command("getIncomingFilesRequests");
      const now = performance.now();
      times.push(now - sent);
      sent = now;
    }
  };
  await Promise.all(Array.from({ length: depth }, worker));
  const elapsed = performance.now() - start;
  times.sort((a, b) => a - b);
  const at = (part) => Math.round(times[Math.floor(times.length * part)] * 1000);
  report(`calls-${depth}`, times.length / elapsed, { p50_us: at(0.5), p99_us: at(0.99) });
}

async function events() {
  let seen = 0;
  let burstDone;
  room.on("incomingFileRequestDownloadingProgress", (event) => {
    // Two fields are read, as a progress bar would.
    if (event.processedPercents >= 0 && event.fileRequestId) seen += 1;
    if (seen % BURST === 0) burstDone();
  });
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    const done = new Promise((resolve) => {
      burstDone = resolve;
    });
    await room.command("emitProgress", { count: BURST });
    await done;
  }
  report("events", seen / (performance.now() - start));
}

function report(name, perMillisecond, more = {}) {
  console.log(
    JSON.stringify({ case: name, per_second: Math.round(perMillisecond * 1000), ...more }),
  );
}
