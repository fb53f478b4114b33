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
  return measure(connect, port, name, async (client, folder) => {
    const path = join(folder, "zeros.bin");
    const file = await open(path, "w");
    await file.truncate(SIZE);
    await file.close();
    // The server's ids are the sizes of what came, with what is around a file.
    if (Number(await client.upload(path)) <= SIZE) throw new Error("the file is not complete");
  });
}

async function measure(connect, port, name, step) {
  const client = await connect(port);
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    const measurement = new Measurement(name);
    await step(client, folder);
    measurement.end(MEGABYTES);
  } finally {
    await rm(folder, { recursive: true });
  }
  await client.close();
}
