// A large file, down and up.
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Measurement } from "./measurement.mjs";

const MEGABYTES = Number(process.env.TRUEROOM_BENCH_MEGABYTES ?? 1000);
const SIZE = MEGABYTES * 1_000_000;

/** The client saves what the server has under an id: `client.download(size, folder)`, the path. */
export function download(connect, port, name) {
  return measure(connect, port, name, async (client, folder) => {
    const path = await client.download(SIZE, folder);
    if ((await stat(path)).size !== SIZE) throw new Error("the file is not complete");
  });
}

/** The client sends a file of zeros: `client.upload(path)`, its id. */
export function upload(connect, port, name) {
  const step = async (client, folder) => {
    // The server's ids are the sizes of what came, with what is around a file.
    if (Number(await client.upload(zeros(folder))) <= SIZE) {
      throw new Error("the file is not complete");
    }
  };
  return measure(connect, port, name, step, makeZeros);
}

const zeros = (folder) => join(folder, "zeros.bin");

/** Reads the file as well: what is measured is the client, not how the system fills its cache. */
async function makeZeros(folder) {
  const file = await open(zeros(folder), "w+");
  await file.truncate(SIZE);
  const block = Buffer.alloc(1_000_000);
  for (let at = 0; at < SIZE; at += block.length) await file.read(block, 0, block.length, at);
  await file.close();
}

async function measure(connect, port, name, step, prepare = async () => {}) {
  const client = await connect(port);
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    await prepare(folder);
    const measurement = new Measurement(name);
    await step(client, folder);
    measurement.end(MEGABYTES);
  } finally {
    await rm(folder, { recursive: true });
  }
  await client.close();
}
