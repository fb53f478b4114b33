// A bot that keeps small documents: accepts a file that is offered to the room by its size and
// type, saves it into a folder, and rejects all others. One line a file. Ends on Ctrl-C, or when the room is closed.
//
//   node file-bot.mjs [HOST] [--port N] [--inbox FOLDER]
//
// or with TRUEROOM_HOST, TRUEROOM_PORT and TRUEROOM_INBOX. The PIN comes from TRUEROOM_PIN.

import { mkdir } from "node:fs/promises";
import { extname } from "node:path";
import { parseArgs } from "node:util";
import { connect, TrueroomError } from "trueroom";

const MAX_SIZE = 50_000_000;
const TYPES = new Set([".csv", ".docx", ".jpg", ".md", ".pdf", ".png", ".pptx", ".txt", ".xlsx"]);

const { env } = process;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: env.TRUEROOM_PORT ?? "80" },
    inbox: { type: "string", default: env.TRUEROOM_INBOX ?? "inbox" },
  },
});

function refusal(request) {
  if (!request.sizeKnown || request.size > MAX_SIZE) {
    return "too large";
  }
  return TYPES.has(extname(request.fileName).toLowerCase()) ? null : "unwanted type";
}

async function handle(request) {
  const name = JSON.stringify(request.fileName);
  const reason = refusal(request);
  try {
    if (reason !== null) {
      await request.reject();
      console.log(`rejected ${name} from ${request.peerId}: ${reason}`);
      return;
    }
    await request.accept();
    const path = await request.save(values.inbox);
    console.log(`saved ${name} from ${request.peerId}: ${request.size} bytes to ${path}`);
  } catch (error) {
    if (!(error instanceof TrueroomError)) {
      throw error;
    }
    console.log(`failed ${name} from ${request.peerId}: ${error.message}`);
  }
}

await mkdir(values.inbox, { recursive: true });
const room = await connect(positionals[0] ?? env.TRUEROOM_HOST ?? "127.0.0.1", {
  port: Number(values.port),
  pin: env.TRUEROOM_PIN,
});
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => room.close());
}
// Not awaited in the handler: the next offer is answered while a large file is still on its way.
room.files.onRequest((request) => void handle(request));
console.log(`ready, files go to ${values.inbox}`);
await room.closed;
console.log("closed");
