// Sends a file to a user and shows two bars: bytes to the terminal, then what the other side has taken.
//
//   node send-with-progress.mjs FILE USER [HOST] [--port N]
//
// The PIN comes from TRUEROOM_PIN. Needs the package cli-progress.

import { basename } from "node:path";
import { parseArgs } from "node:util";
import { MultiBar, Presets } from "cli-progress";
import { connect } from "trueroom";

const { env } = process;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: "string", default: env.TRUEROOM_PORT ?? "80" } },
});
const [file, to, host = env.TRUEROOM_HOST ?? "127.0.0.1"] = positionals;
if (file === undefined || to === undefined) {
  console.error("Usage: node send-with-progress.mjs FILE USER [HOST] [--port N]");
  process.exit(2);
}

const room = await connect(host, { port: Number(values.port), pin: env.TRUEROOM_PIN });
const bars = new MultiBar({ format: "{what} [{bar}] {percentage}%" }, Presets.legacy);
try {
  const upload = bars.create(1, 0, { what: "to the terminal" });
  const request = await room.files.send(file, {
    to,
    onProgress: (done, total) => {
      upload.setTotal(total);
      upload.update(done);
    },
  });
  const delivery = bars.create(100, 0, { what: `to ${to}` });
  for await (const percent of request.progress()) {
    delivery.update(percent);
  }
  bars.stop();
  console.log(`${basename(file)}: ${request.status}, ${request.size} bytes`);
  process.exitCode = request.status === "processed" ? 0 : 1;
} finally {
  bars.stop();
  await room.close();
}
