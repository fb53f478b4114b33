// Accepts the files that are offered to a room, by size and type, and saves them.
//
//   node file-bot.mjs [HOST] [--port N] [--pin PIN] [--inbox FOLDER] [--max-bytes N] [--refuse .exe,.bat]
//
// Each option has an environment variable: TRUEROOM_HOST, TRUEROOM_PORT, TRUEROOM_PIN, TRUEROOM_INBOX.
// Prints one line for each file and ends on Ctrl-C.

import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { connect } from "trueroom";

const { env } = process;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: env.TRUEROOM_PORT },
    pin: { type: "string", default: env.TRUEROOM_PIN },
    inbox: { type: "string", default: env.TRUEROOM_INBOX ?? "inbox" },
    "max-bytes": { type: "string", default: "50000000" },
    refuse: { type: "string", default: ".exe,.bat,.cmd" },
  },
});
const maxBytes = Number(values["max-bytes"]);
const refused = values.refuse.split(",").map((ending) => ending.trim().toLowerCase());

async function handle(request) {
  const name = request.fileName.toLowerCase();
  const unwanted = refused.some((ending) => name.endsWith(ending));
  if (unwanted || !request.sizeKnown || request.size > maxBytes) {
    await request.reject();
    return `rejected ${JSON.stringify(request.fileName)}`;
  }
  await request.accept();
  const path = await request.save(values.inbox);
  return `saved ${JSON.stringify(request.fileName)} as ${path}`;
}

const room = await connect(positionals[0] ?? env.TRUEROOM_HOST, {
  port: values.port === undefined ? undefined : Number(values.port),
  pin: values.pin,
});
// A path that is no folder yet would be taken for the file itself.
await mkdir(values.inbox, { recursive: true });
process.once("SIGINT", () => room.close());
room.files.onRequest((request) => {
  // Not awaited: a big file must not hold up the next.
  handle(request).then(
    (line) => console.log(line),
    (error) => console.log(`failed ${JSON.stringify(request.fileName)}: ${error.message}`),
  );
});
console.log("ready");
await room.closed;
